"""Cookies: new after every sign-in and sign-out, and never adopted from somebody else."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from idp.accounts.models import User
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.session_store_sql import stored_name
from idp.login.tests.browser import Browser

pytestmark = pytest.mark.django_db


def _cookie(browser: Browser, name: str) -> str:
    return browser.cookies[name].value


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.4")
def test_session_key_and_csrf_token_are_new_after_signing_in(browser: Browser, ada: User) -> None:
    second = browser.name("ada@example.com")
    token, csrf_cookie = browser.token(second), _cookie(browser, settings.CSRF_COOKIE_NAME)
    browser.send(second, {"password": PASSWORD})
    first_key = _cookie(browser, settings.SESSION_COOKIE_NAME)
    assert _cookie(browser, settings.CSRF_COOKIE_NAME) != csrf_cookie
    assert browser.send(browser.begin(fresh=True), {"username": "ada@example.com"}, token=token).status_code == 403

    browser.sign_in("ada@example.com", PASSWORD, fresh=True)
    assert _cookie(browser, settings.SESSION_COOKIE_NAME) != first_key
    assert not Session.objects.filter(session_key=stored_name(first_key)).exists()


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.4")
def test_a_session_planted_before_never_leads_to_the_person(browser: Browser, ada: User, bola: User) -> None:
    # A live session of the attacker's own, planted in the victim's browser: the strongest form of fixation.
    attacker = Browser()
    attacker.sign_in("bola@example.com", PASSWORD)
    planted = _cookie(attacker, settings.SESSION_COOKIE_NAME)
    browser.key()
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted

    browser.sign_in("ada@example.com", PASSWORD, fresh=True)

    assert _cookie(browser, settings.SESSION_COOKIE_NAME) != planted
    assert browser.whoami()["user"] == str(ada.pk)
    assert attacker.whoami()["user"] is None
    assert SsoSession.objects.get(user=bola).end_reason == "other_user"


ODD_COOKIES = [
    "idp_session=abcdefghijklmnopqrstuvwxyz012345",
    "idp_session=abcdefghijklmnopqrstuvwxyz012345; idp_session=543210zyxwvutsrqponmlkjihgfedcba",
    'idp_session="\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000"; idp_csrf="\\000\\001"; idp_browser="\\377.\\000"',
    "idp_session=' OR 1=1 --; idp_csrf=' OR 1=1 --; idp_browser=.....",
    "idp_session=\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc; idp_csrf=\xff\xfe; idp_browser=\xff.\xfe",
    "idp_session=" + "a" * 6000 + "; idp_csrf=" + "b" * 6000 + "; idp_browser=" + "c" * 6000,
    "idp_session; idp_csrf=; idp_browser",
    "idp_csrf=" + "a" * 32 + "; idp_csrf=" + "b" * 32 + "; idp_browser=aaaa.bbbb; idp_browser=cccc.dddd",
    ";;;===;\t=\t",
]


@pytest.mark.spec("OWASP ASVS 5.0", "3.3.1")
@pytest.mark.parametrize("header", ODD_COOKIES)
def test_cookies_of_nobodys_making_are_neither_adopted_nor_a_fault(ada: User, header: str) -> None:
    visitor = Browser()
    answer = visitor.get("/whoami", headers={"Cookie": header})
    assert (answer.status_code, answer.json()) == (200, {"user": None, "sid": None})
    started = visitor.get("/login", headers={"Cookie": header})
    assert started.status_code == 303
    assert started.cookies["idp_browser"].value not in header
    # With the minted browser cookie, and the odd ones still sent beside it, the sign-in works.
    page = visitor.page(started.headers["Location"])
    assert page.by_id["id_username"]["tag"] == "input"


@pytest.mark.parametrize("key", ["idp_session", "idp_csrf"])
def test_a_planted_cookie_is_replaced_by_signing_in(browser: Browser, ada: User, key: str) -> None:
    browser.cookies[key] = "abcdefghijklmnopqrstuvwxyz012345"
    browser.sign_in("ada@example.com", PASSWORD)
    assert _cookie(browser, key) != "abcdefghijklmnopqrstuvwxyz012345"
    assert browser.whoami()["user"] == str(ada.pk)


@pytest.mark.parametrize("sid", ["nonsense", "", 7, None, ["a"], "00000000-0000-7000-8000-000000000000"])
def test_a_session_that_names_nothing_real_is_nobodys(signed_in: Browser, sid: object) -> None:
    stored = signed_in.session
    stored["sid"] = sid
    stored.save()
    assert signed_in.whoami() == {"user": None, "sid": None}


def test_signing_out_leaves_nothing_behind(signed_in: Browser, ada: User) -> None:
    key, csrf_cookie = _cookie(signed_in, "idp_session"), _cookie(signed_in, "idp_csrf")
    answer = signed_in.get("/leave")
    assert answer.json() == {"user": None, "sid": None}
    assert answer.cookies["idp_session"]["max-age"] == 0
    assert _cookie(signed_in, "idp_csrf") != csrf_cookie
    assert not Session.objects.filter(session_key=stored_name(key)).exists()
    signed_in.cookies["idp_session"] = key
    assert signed_in.whoami()["user"] is None


def test_the_cookie_is_for_http_only_and_this_site(signed_in: Browser) -> None:
    morsel = signed_in.cookies["idp_session"]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "Lax", "/", "")
    assert morsel["max-age"] == 30 * 24 * 3600
