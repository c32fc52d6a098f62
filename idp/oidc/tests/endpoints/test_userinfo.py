"""UserInfo: where the token may stand, who may ask, and what each scope releases (OIDC Core §5.3, RFC 6750)."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client as HttpClient

from idp.accounts.models import User
from idp.core import clock
from idp.oidc.models import AccessToken
from idp.oidc.tests.fixtures import ALL_PERSONAL
from idp.oidc.tokens.format import Kind, mint
from idp.tests.journey import Answer, Browser, Pkce
from idp.tests.parties import FORM, SPA, WEB, get_json, json_of, obtain_code, obtain_tokens, post_form, userinfo

PATH = "/oauth2/userinfo"
PROFILE = {
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
    "gender", "birthdate", "zoneinfo", "locale", "updated_at",
}  # fmt: skip
BY_SCOPE = {
    "openid": set(),
    "profile": PROFILE,
    "email": {"email", "email_verified"},
    "phone": {"phone_number", "phone_number_verified"},
    "address": {"address"},
    "roles": {"role", "roles", "is_staff", "member_id", "auth_provider"},
    "offline_access": set(),
    "orders": set(),
}


def assert_challenged(answer: Answer, error: str, status: int = 401) -> None:
    assert answer.status_code == status
    assert answer["WWW-Authenticate"].startswith('Bearer realm="')
    assert json_of(answer)["error"] == error
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-store", "application/json")


# --- What it says -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "5.4")
@pytest.mark.parametrize("scope", BY_SCOPE)
@pytest.mark.spec("OIDC Core", "5.3")
def test_a_scope_releases_its_claims_and_no_others(browser: Browser, shopper: User, scope: str) -> None:
    tokens = obtain_tokens(browser, WEB, scope=f"openid {scope}")
    claims = json_of(userinfo(tokens["access_token"]))
    assert set(claims) == {"sub"} | BY_SCOPE[scope]
    assert claims["sub"] == str(shopper.pk)


@pytest.mark.spec("OIDC Core", "5.1")
def test_all_scopes_release_every_claim_with_its_type(browser: Browser, shopper: User) -> None:
    claims = json_of(userinfo(obtain_tokens(browser, WEB, scope=ALL_PERSONAL)["access_token"]))
    assert set(claims) == {"sub"}.union(*BY_SCOPE.values())
    assert claims["email"] == "ada@example.com"
    assert (claims["email_verified"], claims["phone_number_verified"], claims["is_staff"]) == (True, True, False)
    assert claims["phone_number"] == "+2348031234567"
    assert claims["updated_at"] == clock.epoch(User.objects.get().updated_at)
    assert claims["address"] == {"locality": "Lagos", "country": "NG"}
    assert (claims["role"], claims["roles"], claims["member_id"]) == ("client", ["client"], "M-1001")


@pytest.mark.spec("OIDC Core", "5.3.2")
def test_a_claim_without_a_value_is_left_out(clients: None, make_user: Callable[..., User]) -> None:
    from idp.oidc.tests.fixtures import signed_in

    bare = make_user(email="bare@example.com")
    claims = json_of(userinfo(obtain_tokens(signed_in(bare), WEB, scope=ALL_PERSONAL)["access_token"]))
    assert set(claims) == {"sub", "email", "email_verified", "updated_at", "role", "roles", "is_staff", "auth_provider"}
    assert None not in claims.values()


def test_without_a_full_name_it_is_put_together(clients: None, shopper: User) -> None:
    from idp.oidc.jose.claims import user_claims, username

    shopper.name = ""
    assert user_claims(shopper, ["profile"])["name"] == "Ada Ify Obi"
    assert username(shopper, ["phone"]) == "+2348031234567"
    assert username(shopper, ["profile"]) is None
    shopper.email = None
    assert "email" not in user_claims(shopper, ["email", "unknown"])
    assert username(shopper, ["email"]) is None


# --- Where the token may stand ------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "5.3.1")
@pytest.mark.spec("RFC 6750", "2.1")
def test_get_and_post_with_the_header_and_post_with_the_body_answer_alike(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    answers = [
        userinfo(token),
        get_json(PATH, authorization=f"bearer {token}"),
        post_form(PATH, {}, authorization=f"Bearer {token}"),
        post_form(PATH, {"access_token": token}),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["Cache-Control"] == "no-store"


@pytest.mark.spec("RFC 6750", "2.3")
def test_a_token_in_the_query_is_refused_even_beside_a_good_one(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    for answer in (
        get_json(f"{PATH}?access_token={token}"),
        get_json(f"{PATH}?access_token={token}", authorization=f"Bearer {token}"),
    ):
        assert_challenged(answer, "invalid_token")


@pytest.mark.spec("RFC 6750", "2")
@pytest.mark.spec("RFC 6750", "3.1")
def test_two_tokens_in_one_request_are_refused(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    for answer in (
        post_form(PATH, {"access_token": token}, authorization=f"Bearer {token}"),
        post_form(PATH, {"access_token": [token, token]}),
    ):
        assert_challenged(answer, "invalid_request", 400)
        assert 'error="invalid_request"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_token_in_another_kind_of_body_is_not_seen(browser: Browser, kind: str) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    body = urlencode({"access_token": token})
    if kind.startswith("multipart"):
        body = f'--x\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n{token}\r\n--x--\r\n'
    assert_challenged(HttpClient().generic("POST", PATH, body, content_type=kind), "invalid_token")


@pytest.mark.spec("RFC 6750", "3.1")
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token abc", "DPoP abc"])
def test_without_a_token_the_challenge_names_no_error(clients: None, header: str) -> None:
    answer = get_json(PATH, authorization=header)
    assert_challenged(answer, "invalid_token")
    assert "error" not in answer["WWW-Authenticate"]


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "head"])
def test_other_methods_are_refused(clients: None, method: str) -> None:
    answer = getattr(HttpClient(), method)(PATH)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")


# --- Which token --------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6750", "3.1")
def test_what_is_no_live_access_token_is_refused(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    tokens = json_of(SPA.exchange(code, pkce))
    good = tokens["access_token"]
    unknown = mint(Kind.ACCESS_TOKEN, handle="aaaaaaaa")
    refresh = mint(Kind.REFRESH_TOKEN, handle="aaaaaaaa")
    for token in (tokens["id_token"], code, unknown, refresh, good[:-1], good + "x", good.upper(), "x" * 10_000, "\u00e4"):
        answer = get_json(PATH, authorization=f"Bearer {token}")
        assert_challenged(answer, "invalid_token")
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.spec("RFC 6750", "3.1")
def test_a_token_without_openid_lacks_the_scope(browser: Browser) -> None:
    answer = userinfo(obtain_tokens(browser, SPA, scope="email orders")["access_token"])
    assert_challenged(answer, "insufficient_scope", 403)
    assert 'scope="openid"' in answer["WWW-Authenticate"]


def test_a_token_for_another_audience_is_refused(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    AccessToken.objects.update(resource=["http://localhost:8001"])
    assert_challenged(userinfo(token), "invalid_token")


def test_an_expired_token_is_refused(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    AccessToken.objects.update(expires=clock.now())
    assert_challenged(userinfo(token), "invalid_token")


def test_cookies_are_not_read(browser: Browser) -> None:
    assert browser.http.get(PATH).status_code == 401
    assert browser.http.post(PATH, "", content_type=FORM).status_code == 401
