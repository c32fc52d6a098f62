"""The HTTP of a sign-in: one path per step, order, browser, expiry, and what a POST may not do."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from idp.accounts.models import User
from idp.accounts.selectors import password_mark
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.services.begin_login import new_login_uid
from idp.login.state import Facts, LoginState, logins
from idp.login.tests.browser import FORM, Browser, Page
from idp.login.types import Proof

pytestmark = pytest.mark.django_db


# --- One path per step, in order ------------------------------------------------------------------------------------


@pytest.mark.spec("RFC 9700", "4.12")
def test_every_step_has_its_own_path_and_every_post_ends_in_303(browser: Browser, ada: User) -> None:
    first = browser.begin()
    second = browser.name("ada@example.com", first)
    last = browser.send(second, {"password": PASSWORD})
    assert len({first, second, last.headers["Location"]}) == 3
    assert last.status_code == 303


@pytest.mark.parametrize("step", ["password", "complete"])
def test_a_step_that_is_not_due_leads_to_the_one_that_is(browser: Browser, step: str) -> None:
    first = browser.begin()
    answer = browser.get(first.replace("identifier", step))
    assert (answer.status_code, answer.headers["Location"]) == (303, first)


def test_after_being_named_the_first_page_leads_to_the_second(browser: Browser) -> None:
    second = browser.name("ada@example.com")
    answer = browser.get(second.replace("password", "identifier"))
    assert (answer.status_code, answer.headers["Location"]) == (303, second)


@pytest.mark.parametrize("step", ["nothing", "admin", "identifier/", "IDENTIFIER", "", "a" * 40])
def test_an_unknown_step_is_not_found(browser: Browser, step: str) -> None:
    first = browser.begin()
    assert browser.get(first.replace("identifier", step)).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_get_a_readable_page(browser: Browser, method: str) -> None:
    for address, allowed in ((browser.begin(), "GET, HEAD, POST"), ("/login", "GET, HEAD")):
        answer = getattr(browser, method)(address, headers={"X-CSRFToken": browser.token(browser.begin())})
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
        assert "method_not_allowed" in Page(answer.content.decode()).text


# --- "Not you?" ---------------------------------------------------------------------------------------------------------


def test_somebody_else_can_be_named_and_only_the_form_changes_anything(browser: Browser, ada: User, bola: User) -> None:
    second = browser.name("ada@example.com", browser.begin(login_hint="ada@example.com"))
    restart = str(browser.page(second).by_id["account-change"]["href"])

    # Looking is free: a prefetch of the link forgets nobody.
    assert browser.page(restart).by_id["id_username"]["value"] == ""
    assert "ada@example.com" in browser.page(second).text

    assert browser.send(restart, {"username": "bola@example.com"}).headers["Location"] == second
    assert browser.send(second, {"password": PASSWORD}).status_code == 303
    assert browser.whoami()["user"] == str(bola.pk)


def test_naming_somebody_else_drops_every_proof(browser: Browser, ada: User) -> None:
    first = browser.begin()
    uid = first.split("/")[2]
    state = logins.get(uid)
    assert state is not None
    logins.put(uid, state.with_facts(Facts(identifier="ada@example.com", user_id=ada.pk)))
    browser.send(f"{first}?restart=1", {"username": "bola@example.com"})
    changed = logins.get(uid)
    assert changed is not None
    assert changed.facts == Facts(identifier="bola@example.com")


# --- Nothing but the due form makes progress (OWASP ASVS 5.0 V2.3.1) ----------------------------------------------------


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"username": ""},
        {"password": PASSWORD},
        {"username": "ada@example.com", "password": PASSWORD},
        {"username": "ada@example.com", "user_id": "1"},
        {"username": "ada@example.com", "proofs": "pwd"},
    ],
)
def test_the_first_step_takes_its_own_field_only(browser: Browser, ada: User, fields: dict[str, str]) -> None:
    first = browser.begin()
    assert browser.send(first, fields).status_code == 400
    assert browser.get(first).status_code == 200
    assert not SsoSession.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"password": ""},
        {"username": "ada@example.com"},
        {"username": "ada@example.com", "password": PASSWORD},
        {"password": PASSWORD, "acr": "aal1"},
        {"password": PASSWORD, "return_to": "//evil.example"},
    ],
)
def test_the_second_step_takes_its_own_field_only(browser: Browser, ada: User, fields: dict[str, str]) -> None:
    second = browser.name("ada@example.com")
    assert browser.send(second, fields).status_code == 400
    assert browser.get(second).status_code == 200
    assert not SsoSession.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "2.3.1")
@pytest.mark.parametrize("step", ["password", "complete"])
def test_a_step_ahead_of_its_time_reads_nothing(browser: Browser, ada: User, step: str) -> None:
    first = browser.begin()
    ahead = first.replace("identifier", step)
    answer = browser.send(ahead, {"username": "ada@example.com", "password": PASSWORD}, token=browser.token(first))
    assert (answer.status_code, answer.headers["Location"]) == (303, first)
    assert not SsoSession.objects.exists()


def test_a_field_sent_twice_or_as_a_file_is_refused(browser: Browser, ada: User) -> None:
    second = browser.name("ada@example.com")
    token = browser.token(second)
    twice = urlencode([("csrfmiddlewaretoken", token), ("password", "x"), ("password", PASSWORD)])
    assert browser.post(second, twice, content_type=FORM).status_code == 400
    upload = {"csrfmiddlewaretoken": token, "password": PASSWORD, "proofs": SimpleUploadedFile("proofs", b"pwd")}
    assert browser.post(second, upload).status_code == 400
    assert not SsoSession.objects.exists()


def test_another_sign_in_of_the_same_browser_is_not_moved(browser: Browser, ada: User) -> None:
    named, fresh = browser.name("ada@example.com"), browser.begin()
    answer = browser.send(fresh.replace("identifier", "password"), {"password": PASSWORD}, token=browser.token(named))
    assert answer.headers["Location"] == fresh
    assert not SsoSession.objects.exists()


@pytest.mark.spec("RFC 9700", "4.7")
def test_a_form_of_another_site_is_refused(browser: Browser, ada: User) -> None:
    second = browser.name("ada@example.com")
    answer = browser.post(second, urlencode({"password": PASSWORD}), content_type=FORM)
    assert answer.status_code == 403
    assert "csrf_failed" in answer.content.decode()
    assert not SsoSession.objects.exists()


def test_being_named_is_not_being_signed_in(browser: Browser, ada: User) -> None:
    browser.name("ada@example.com")
    assert browser.whoami() == {"user": None, "sid": None}
    assert "idp_session" not in browser.cookies


def test_a_stored_state_with_nothing_missing_still_signs_nobody_in(browser: Browser, ada: User) -> None:
    first = browser.begin()
    uid = first.split("/")[2]
    state = logins.get(uid)
    assert state is not None
    known = Facts(identifier="ada@example.com", user_id=ada.pk, proofs=(Proof.PWD,), password_mark=password_mark(ada))
    logins.put(uid, state.with_facts(known))
    for address in (first, first.replace("identifier", "complete")):
        assert browser.get(address).status_code == 410
    assert not SsoSession.objects.exists()


# --- Browser and life of a sign-in --------------------------------------------------------------------------------------


@pytest.mark.spec("RFC 9700", "4.7")
def test_a_sign_in_is_of_no_use_in_another_browser(browser: Browser, ada: User) -> None:
    second = browser.name("ada@example.com")
    other = Browser()
    token = other.token(other.begin())
    for answer in (other.get(second), other.send(second, {"password": PASSWORD}, token=token)):
        page = Page(answer.content.decode())
        assert answer.status_code == 403
        assert "wrong_browser" in page.text
        assert page.by_id["error-action"]["href"] == "/"
    assert browser.get(second).status_code == 200


def test_an_unknown_sign_in_and_one_that_ran_out_have_expired(later: Callable[[float], None], browser: Browser) -> None:
    second = browser.name("ada@example.com")
    later(899)
    assert browser.get(second).status_code == 200
    later(2)
    for address in (second, f"/login/{new_login_uid()}/identifier"):
        answer = browser.get(address)
        page = Page(answer.content.decode())
        assert answer.status_code == 410
        assert "login_expired" in page.text
        assert "sign in again" in page.text
        assert page.by_id["error-action"]["href"] == "/"


def test_a_record_that_is_not_ours_has_expired(browser: Browser) -> None:
    first = browser.begin()
    state = logins.get(first.split("/")[2])
    assert isinstance(state, LoginState)
    # Copied under another uid the seal does not open: facts of one sign-in are worth nothing in another.
    from django.core.cache import caches

    other = new_login_uid()
    caches["ephemeral"].set(f"login:{other}", caches["ephemeral"].get(f"login:{first.split('/')[2]}"))
    assert browser.get(f"/login/{other}/identifier").status_code == 410


# --- Headers ------------------------------------------------------------------------------------------------------------


@pytest.mark.spec("RFC 9700", "4.16")
def test_pages_may_end_at_a_client_and_are_never_framed_or_kept(browser: Browser) -> None:
    answer = browser.get(browser.begin())
    assert "form-action" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
