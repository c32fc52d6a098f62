"""`/login?next=`: the entrance of our own pages, and what it never does."""

from urllib.parse import quote

import pytest

from idp.accounts.models import User
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.state import logins
from idp.login.tests.browser import Browser

pytestmark = pytest.mark.django_db


def _return_to(browser: Browser, query: str) -> str:
    """Where the sign-in begun by this query would end."""
    answer = browser.get(f"/login{query}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login/")
    state = logins.get(answer.headers["Location"].split("/")[2])
    assert state is not None
    return state.requirement.return_to


@pytest.mark.parametrize(
    ("target", "ends_at"),
    [("/admin/", "/admin/"), ("/a?b=c&d=%2F", "/a?b=c&d=%2F"), ("/grüße", "/gr%C3%BC%C3%9Fe"), ("", "/")],
)
def test_it_returns_to_paths_of_ours(browser: Browser, target: str, ends_at: str) -> None:
    assert _return_to(browser, f"?next={quote(target, safe='')}") == ends_at


@pytest.mark.spec("RFC 9700", "4.11")
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "evil.example",
        "///evil.example",
        "/a\r\nLocation: https://evil.example",
        "/\t/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "/\x00",
        "http:evil.example",
        "/" + "a" * 3000,
    ],
)
def test_it_never_returns_to_another_site(browser: Browser, target: str) -> None:
    assert _return_to(browser, f"?next={quote(target, safe='')}") == "/"


def test_without_or_with_two_nexts_it_stays_here(browser: Browser) -> None:
    assert _return_to(browser, "") == "/"
    assert _return_to(browser, "?next=/a&next=//evil.example") == "/"


def test_whoever_is_signed_in_goes_straight_there(signed_in: Browser) -> None:
    answer = signed_in.get("/login?next=/whoami")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")


def test_the_whole_way(browser: Browser, ada: User) -> None:
    first = browser.get("/login?next=/whoami").headers["Location"]
    answer = browser.send(browser.name("ada@example.com", first), {"password": PASSWORD})
    assert answer.headers["Location"] == "/whoami"
    assert browser.whoami()["user"] == str(ada.pk)


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_a_fresh_sign_in_is_never_met_by_a_session_of_before(signed_in: Browser, ada: User) -> None:
    before = SsoSession.objects.get()
    first = signed_in.get("/login?next=/whoami&fresh=1").headers["Location"]
    # Named already, and still asked for everything.
    assert signed_in.page(first).by_id["id_username"]["value"] == ada.email
    password = signed_in.name("ada@example.com", first)
    assert signed_in.get("/login?next=/whoami").headers["Location"] == "/whoami"
    answer = signed_in.send(password, {"password": PASSWORD})
    assert answer.headers["Location"] == "/whoami"
    after = SsoSession.objects.get()
    assert after.pk == before.pk
    assert after.auth_time > before.auth_time


@pytest.mark.spec("RFC 9700", "4.11")
def test_a_fresh_sign_in_too_returns_to_paths_of_ours_only(signed_in: Browser) -> None:
    assert _return_to(signed_in, "?fresh=1&next=//evil.example") == "/"
