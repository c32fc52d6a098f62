"""`browser`: the cookie that tells browsers apart adopts only what we minted, and nothing odd breaks it."""

import hashlib

import pytest
from django.test import Client
from pytest_django import Settings

from idp.core import crypto

NAME = "idp_browser"


def test_the_first_visit_mints_one_and_the_second_keeps_it(http: Client) -> None:
    first = http.get("/browser")
    cookie = first.cookies[NAME]
    second = http.get("/browser")
    assert first.content == second.content
    assert NAME not in second.cookies
    assert hashlib.sha256(cookie.value.encode()).hexdigest() * 2 == first.content.decode()


def test_two_browsers_have_two_names() -> None:
    assert Client().get("/browser").content != Client().get("/browser").content


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(http: Client) -> None:
    cookie = http.get("/browser").cookies[NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert not cookie["secure"]
    assert cookie["max-age"] == 180 * 24 * 3600


def test_over_https_it_is_secure_and_cannot_be_planted_by_a_sibling(settings: Settings) -> None:
    settings.IDP_BROWSER_COOKIE_NAME = "__Host-idp_browser"
    settings.SESSION_COOKIE_SECURE = True
    cookie = Client().get("/browser").cookies["__Host-idp_browser"]
    assert cookie["secure"]
    assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_a_page_that_does_not_ask_sets_no_cookie(http: Client) -> None:
    assert NAME not in http.get("/form").cookies


@pytest.mark.spec("RFC 9700", "4.7")
@pytest.mark.parametrize(
    "planted",
    [
        "attacker", "attacker.", ".", "..", "a.b", "a.b.c", "", " ", "é.é", "\xff\xfe", "a" * 5000, "a." + "b" * 5000,
        "%00", '"a.b"', "a,b", "a=b.c",
    ],
)  # fmt: skip
def test_a_planted_or_malformed_cookie_is_never_adopted(planted: str) -> None:
    client = Client()
    response = client.get("/browser", headers={"cookie": f"{NAME}={planted}"})
    assert response.status_code == 200
    assert response.cookies[NAME].value != planted
    assert response.content.decode() != hashlib.sha256(planted.encode(errors="surrogatepass")).hexdigest() * 2


def test_a_changed_tag_or_value_is_not_ours(http: Client) -> None:
    ours = http.get("/browser").cookies[NAME].value
    value, _, tag = ours.partition(".")
    for forged in (f"{value}x.{tag}", f"{value}.{tag[:-1]}", f"{value}.{tag}A", f"{value}.{tag[::-1]}", value, tag):
        assert NAME in Client().get("/browser", headers={"cookie": f"{NAME}={forged}"}).cookies


def test_a_cookie_sent_twice_is_one_browser_or_a_new_one_never_an_error(http: Client) -> None:
    ours = http.get("/browser").cookies[NAME].value
    own_name = http.get("/browser").content
    for header, is_kept in ((f"{NAME}=planted; {NAME}={ours}", True), (f"{NAME}={ours}; {NAME}=planted", False)):
        response = Client().get("/browser", headers={"cookie": header})
        assert response.status_code == 200
        assert (response.content == own_name) is is_kept
        assert (NAME in response.cookies) is not is_kept


def test_a_cookie_of_another_key_is_not_ours(http: Client, settings: Settings) -> None:
    ours = http.get("/browser").cookies[NAME].value
    settings.IDP_LOOKUP_KEY = bytes(32)
    crypto.derived_key.cache_clear()
    assert NAME in Client().get("/browser", headers={"cookie": f"{NAME}={ours}"}).cookies
