"""Passkeys on `/account/security` and by the API: added, renamed and removed with the strongest proof there is."""

import json
from typing import Any

import pytest
from django.http import HttpResponse

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.authenticators.errors import PAGE, SIGN_IN_AGAIN
from idp.authenticators.tests.conftest import code_of, session_of, signed_in, unspent, with_app
from idp.conftest import PASSWORD
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser, Page
from idp.login.tests.passkeys import asked, new_device, sent, with_passkey
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.types import MOST_OF_A_KIND
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.tests.signer import UP, UV, Device

pytestmark = pytest.mark.django_db
ADD = f"{PAGE}/passkey"
API = "/api/v1/account/authenticators/passkey"


def by_passkey(device: Device, browser: Browser | None = None) -> Browser:
    """A browser in which the owner of this device signed in with it."""
    browser = browser or Browser()
    address = str(browser.page(browser.begin(fresh=True)).by_id["passkey-sign-in"]["href"])
    assert sent(browser, address, device.sign(asked(browser, address))).status_code == 303
    return browser


def meant(passkey: Passkey) -> dict[str, str]:
    return {"kind": "passkey", "factor": str(passkey.pk)}


def call(browser: Browser, method: str, path: str, body: object = None) -> HttpResponse:
    """As a page of ours calls the API."""
    send: Any = getattr(browser, method)
    answer: HttpResponse = send(path, body, content_type="application/json", headers={"x-csrftoken": browser.token(PAGE)})
    return answer


def told(answer: HttpResponse) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.content)
    return body


# --- The page ---------------------------------------------------------------------------------------------------------
def test_a_shopper_adds_the_first_passkey_and_keeps_the_codes(ada: User) -> None:
    browser, elsewhere = signed_in(ada), signed_in(ada)
    answer = sent(browser, ADD, new_device().make(asked(browser, ADD)))
    assert (answer.status_code, 'id="recovery-codes"' in answer.content.decode()) == (200, True)
    assert codes_left(ada.pk) == 10
    # Every other session is over; this one looks, and signs in with the passkey before the next change.
    assert elsewhere.get(PAGE).status_code == 303
    page = browser.page(PAGE)
    assert page.by_id["sign-in-again"]["href"] == SIGN_IN_AGAIN
    assert "add-passkey" not in page.by_id
    assert browser.get(ADD).status_code == 403


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_with_a_passkey_nothing_weaker_changes_anything(ada: User) -> None:
    app, device = with_app(ada), with_passkey(ada)
    passkey = Passkey.objects.get()
    browser = Browser()
    due = browser.sign_in("ada@example.com", PASSWORD).headers["Location"]
    other = str(browser.page(due).by_id["use-app"]["href"])
    assert browser.send(other, {"code": code_of(unspent(app))}).status_code == 303
    assert session_of(ada).acr == "aal2"
    for path, method, body in (
        (API, "post", {"credential": {}}), (f"{API}/options", "post", None),
        (f"{API}/{passkey.pk}", "patch", {"name": "x"}), (f"{API}/{passkey.pk}", "delete", None),
    ):  # fmt: skip
        assert told(call_with(browser, method, path, body))["code"] == "step_up_required"
    # The way on asks for the passkey, which no code replaces.
    first = browser.get(SIGN_IN_AGAIN).headers["Location"]
    due = browser.send(browser.name("ada@example.com", first), {"password": PASSWORD}).headers["Location"]
    assert due.endswith("/passkey")
    assert "use-app" not in browser.page(due).by_id
    assert sent(browser, due, device.sign(asked(browser, due))).headers["Location"] == PAGE
    assert browser.send(PAGE, {"act": "remove", **meant(passkey)}).status_code == 303
    assert not Passkey.objects.exists()


def call_with(browser: Browser, method: str, path: str, body: object) -> HttpResponse:
    """The token of a page that has a form, because the list shows none to whoever may change nothing."""
    send: Any = getattr(browser, method)
    token = browser.token(browser.begin(fresh=True))
    answer: HttpResponse = send(path, body, content_type="application/json", headers={"x-csrftoken": token})
    return answer


def test_renamed_removed_and_told_to_the_browser(ada: User) -> None:
    device = with_passkey(ada)
    elsewhere, browser = by_passkey(device), by_passkey(device)
    passkey = Passkey.objects.get()
    answer = browser.send(PAGE, {"act": "rename", "name": "My phone", **meant(passkey)})
    html = browser.get(answer.headers["Location"]).content.decode()
    assert "My phone" in html
    assert passkey.credential_id in html
    # Another name ends nothing, the removal every other session.
    assert elsewhere.get(PAGE).status_code == 200
    browser.send(PAGE, {"act": "remove", **meant(passkey)})
    assert elsewhere.get(PAGE).status_code == 303
    html = browser.get(PAGE).content.decode()
    assert "&quot;allAcceptedCredentialIds&quot;: []" in html
    held = json.loads(browser.get("/api/v1/account/authenticators").content)["data"]
    assert (held["accepted"]["name"], held["accepted"]["allAcceptedCredentialIds"]) == ("ada@example.com", [])
    assert SecurityEvent.objects.latest("id").event in {"factor_removed", "session_ended"}


def test_a_vendor_keeps_the_last_factor_of_either_kind(vera: User) -> None:
    device = with_passkey(vera)
    browser = by_passkey(device)
    passkey = Passkey.objects.get()
    assert 'value="remove"' not in browser.get(PAGE).content.decode()
    assert browser.send(PAGE, {"act": "remove", **meant(passkey)}).status_code == 409
    with_app(vera)
    browser = by_passkey(device)
    assert browser.send(PAGE, {"act": "remove", **meant(passkey)}).status_code == 303


def test_what_is_refused_is_said_on_the_page_and_recorded(ada: User) -> None:
    browser = signed_in(ada)
    for answer in ("{", "{}", json.dumps(new_device().make({**asked(browser, ADD), "challenge": "AA"}))):
        refused = browser.send(ADD, {"credential": answer})
        assert refused.status_code == 401
        assert "could not be confirmed" in Page(refused.content.decode()).text or b"took too long" in refused.content
    assert SecurityEvent.objects.filter(event="factor_refused").count() == 2
    assert browser.send(ADD, {}).status_code == 400
    taken = with_passkey(ada)
    SsoSession.objects.update(ended_at=None, end_reason="")
    browser = by_passkey(taken)
    assert sent(browser, ADD, taken.make(asked(browser, ADD))).status_code == 400


def test_as_many_as_one_may_have(ada: User) -> None:
    devices = [with_passkey(ada) for _ in range(MOST_OF_A_KIND)]
    browser = by_passkey(devices[0])
    answer = browser.get(ADD)
    assert (answer.status_code, "as many of these as one account may have" in answer.content.decode()) == (409, True)


@pytest.mark.spec("WebAuthn L3", "13.4.3")
def test_what_one_session_was_asked_is_of_no_use_in_another(ada: User) -> None:
    browser, other = signed_in(ada), signed_in(ada)
    assert sent(browser, ADD, new_device().make(asked(other, ADD))).status_code == 401
    assert not Passkey.objects.exists()


def test_one_made_by_the_browser_raises_nothing(ada: User) -> None:
    with_passkey(ada, made_by_browser=True)
    browser = signed_in(ada)
    assert browser.send(PAGE, {"act": "remove", **meant(Passkey.objects.get())}).status_code == 303


def test_a_copied_key_is_marked(ada: User) -> None:
    device = with_passkey(ada, counter=4)
    browser = Browser()
    address = str(browser.page(browser.begin()).by_id["passkey-sign-in"]["href"])
    assert sent(browser, address, device.sign(asked(browser, address))).status_code == 401
    device.counter = 5
    assert b"Another device may hold a copy" in by_passkey(device).get(PAGE).content


# --- The API ----------------------------------------------------------------------------------------------------------
def test_by_the_api_from_first_to_last(ada: User) -> None:
    browser = signed_in(ada)
    begun = call(browser, "post", f"{API}/options")
    assert (begun.status_code, begun["Cache-Control"]) == (200, "no-store")
    device = new_device()
    made = device.make(told(begun)["data"]["options"])
    added = call(browser, "post", API, {"credential": made, "name": "Laptop"})
    assert added.status_code == 201
    assert len(told(added)["data"]["recovery_codes"]) == 10
    listed = browser.get("/api/v1/account/authenticators").json()["data"]["authenticators"]
    assert [(one["kind"], one["name"], one["backed_up"]) for one in listed] == [("passkey", "Laptop", False)]

    browser = by_passkey(device, browser)
    one = f"{API}/{listed[0]['id']}"
    assert told(call(browser, "patch", one, {"name": "Desk"}))["data"]["name"] == "Desk"
    assert told(call(browser, "delete", one))["message"] == "The passkey is removed. It does not work any more."
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("body", [{}, {"credential": "x"}, {"credential": {}, "name": ""}, {"credential": {}, "more": 1}, []])
def test_a_body_that_cannot_be(ada: User, body: object) -> None:
    assert told(call(signed_in(ada), "post", API, body))["code"] == "invalid_input"


def test_an_answer_that_does_not_hold(ada: User) -> None:
    browser = signed_in(ada)
    assert told(call(browser, "post", API, {"credential": {"id": "x"}}))["code"] == "passkey_refused"
    options = told(call(browser, "post", f"{API}/options"))["data"]["options"]
    answer = new_device(flags=UV).make(options)
    assert told(call(browser, "post", API, {"credential": answer}))["code"] == "passkey_refused"
    answer = new_device(flags=UP).make(options)
    assert told(call(browser, "post", API, {"credential": answer}))["code"] == "passkey_expired"
    assert TotpAuthenticator.objects.count() == Passkey.objects.count() == 0
