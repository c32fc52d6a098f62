"""Addresses, remembered devices and the proof of a sign-in by the account API: the pages' rules, for the person alone."""

import re
import uuid
from collections.abc import Callable

import pytest

from idp.account_api.self_service_serializers import AddressesAnswer, DevicesAnswer, ProofAnswer
from idp.account_api.tests.conftest import token_of
from idp.account_api.tests.test_authenticators import caller
from idp.accounts.models import User
from idp.accounts.types import AddressKind
from idp.authenticators.tests.conftest import age, session_of, signed_in
from idp.core import clock
from idp.login.delays import FREE_FAILURES
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.mfa.remembered_device.models import RememberedDevice
from idp.outbox.inbox import list_sent
from idp.self_service.schemas import Addresses, PendingAddress
from idp.tests import journey
from idp.tests.parties import SPA, json_of

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/account"
NEW = {"kind": "email", "address": "new@example.com"}
CALLS = [
    ("get", f"{ROOT}/proof", None),
    ("get", f"{ROOT}/addresses", None),
    ("put", f"{ROOT}/addresses/new", NEW),
    ("delete", f"{ROOT}/addresses/new", None),
    ("post", f"{ROOT}/addresses/new/code", {"code": "123456"}),
    ("get", f"{ROOT}/devices", None),
    ("delete", f"{ROOT}/devices", None),
    ("delete", f"{ROOT}/devices/{uuid.UUID(int=1)}", None),
]


def code() -> str:
    found = re.search(r"\b([0-9]{6})\b", list_sent()[0].text)
    assert found
    return found[1]


def addresses(browser: Browser) -> Addresses:
    held = AddressesAnswer.model_validate_json(browser.get(f"{ROOT}/addresses").content).data
    assert held is not None
    return held


def remember(person: User) -> RememberedDevice:
    """A browser in which the person is spared the second factor."""
    until = clock.now() + clock.seconds(3600)
    return RememberedDevice.objects.create(user=person, digest=uuid.uuid4().hex, user_agent="Mozilla/5.0", expires_at=until)


# --- Whom they are for ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_nobody_and_no_application_gets_in(browser: journey.Browser, method: str, path: str, body: object) -> None:
    token = token_of(browser, SPA, "openid profile email phone")
    sent = getattr(Browser(), method)
    answer = sent(path, body, content_type="application/json", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person_only")
    assert sent(path, body, content_type="application/json").status_code in {401, 403}


@pytest.mark.parametrize(("method", "path", "body"), [call for call in CALLS if call[0] != "get"])
def test_a_cookie_alone_changes_nothing(ada: User, method: str, path: str, body: object) -> None:
    refused = getattr(signed_in(ada), method)(path, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert not list_sent()


# --- Proof ------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_a_sign_in_says_until_when_it_is_fresh(ada: User) -> None:
    browser = signed_in(ada)
    fresh = ProofAnswer.model_validate_json(browser.get(f"{ROOT}/proof").content).data
    assert fresh is not None
    assert fresh.fresh_until == session_of(ada).auth_time + clock.seconds(FRESH_SECONDS)
    assert fresh.has_password
    age(ada, FRESH_SECONDS + 1)
    late = browser.get(f"{ROOT}/proof").json()
    assert (late["data"]["fresh_until"], late["message"]) == (None, "To make changes, please sign in again first.")


def test_it_says_when_there_is_no_password(ada: User) -> None:
    browser = signed_in(ada)
    ada.set_unusable_password()
    ada.save()
    assert browser.get(f"{ROOT}/proof").json()["data"]["has_password"] is False


# --- Addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "5.7")
def test_a_new_address_waits_for_its_code_and_then_counts(ada: User) -> None:
    browser = signed_in(ada)
    call = caller(browser)
    asked = call("put", f"{ROOT}/addresses/new", NEW)
    assert json_of(asked)["message"].startswith("We sent a message to the new address.")
    waiting = PendingAddress(kind=AddressKind.EMAIL, address="new@example.com")
    assert (addresses(browser).email, addresses(browser).pending) == ("ada@example.com", waiting)
    confirmed = call("post", f"{ROOT}/addresses/new/code", {"code": code()})
    assert json_of(confirmed)["data"]["email"] == "new@example.com"
    now = addresses(browser)
    assert (now.email, now.email_verified, now.pending) == ("new@example.com", True, None)


def test_what_is_wrong_is_said_beside_its_field(ada: User) -> None:
    call = caller(signed_in(ada))
    for address in ("not an address", "ada@example.com"):
        refused = call("put", f"{ROOT}/addresses/new", {**NEW, "address": address}).json()
        assert list(refused["errors"]) == ["address"]
    call("put", f"{ROOT}/addresses/new", NEW)
    wrong = f"{(int(code()) + 1) % 10**6:06d}"
    refused = call("post", f"{ROOT}/addresses/new/code", {"code": wrong})
    assert (refused.status_code, refused.json()["code"]) == (401, "code_refused")
    assert addresses(signed_in(ada)).email == "ada@example.com"


def test_the_old_one_is_kept_on_wish(ada: User) -> None:
    browser = signed_in(ada)
    call = caller(browser)
    call("put", f"{ROOT}/addresses/new", NEW)
    sent = code()
    assert json_of(call("delete", f"{ROOT}/addresses/new"))["message"] == "Your addresses stay as they are."
    refused = call("post", f"{ROOT}/addresses/new/code", {"code": sent})
    assert (refused.status_code, refused.json()["code"]) == (410, "nothing_pending")
    assert addresses(browser).pending is None


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_sign_in_changes_no_address(ada: User) -> None:
    browser = signed_in(ada)
    call = caller(browser)
    call("put", f"{ROOT}/addresses/new", NEW)
    sent = code()
    age(ada, FRESH_SECONDS + 1)
    for method, path, body in (("put", "new", NEW), ("post", "new/code", {"code": sent})):
        refused = call(method, f"{ROOT}/addresses/{path}", body).json()
        assert (refused["code"], "action" in refused["meta"]) == ("step_up_required", True)
    assert addresses(browser).email == "ada@example.com"


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_messages_to_strangers_are_bounded(ada: User) -> None:
    call = caller(signed_in(ada))
    statuses = [call("put", f"{ROOT}/addresses/new", {**NEW, "address": "no"}).status_code for _ in range(21)]
    assert statuses == [400] * 20 + [429]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_a_new_address_that_counts_gives_the_network_nothing_back(ada: User) -> None:
    call = caller(signed_in(ada))
    for _ in range(18):
        assert call("put", f"{ROOT}/addresses/new", {**NEW, "address": "no"}).status_code == 400
    assert call("put", f"{ROOT}/addresses/new", NEW).status_code == 200
    assert call("post", f"{ROOT}/addresses/new/code", {"code": code()}).status_code == 200
    statuses = [call("put", f"{ROOT}/addresses/new", {**NEW, "address": "no"}).status_code for _ in range(2)]
    assert statuses == [400, 429]


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.3")
def test_after_a_few_guesses_the_right_code_has_to_wait_too(ada: User) -> None:
    call = caller(signed_in(ada))
    call("put", f"{ROOT}/addresses/new", NEW)
    right = code()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(FREE_FAILURES):
        assert call("post", f"{ROOT}/addresses/new/code", {"code": wrong}).status_code == 401
    assert call("post", f"{ROOT}/addresses/new/code", {"code": right}).status_code == 429
    assert addresses(signed_in(ada)).email == "ada@example.com"


# --- Remembered devices -----------------------------------------------------------------------------------------------
def test_devices_are_listed_and_forgotten(ada: User) -> None:
    one, *_others = [remember(ada) for _ in range(3)]
    browser = signed_in(ada)
    call = caller(browser)
    listed = DevicesAnswer.model_validate_json(browser.get(f"{ROOT}/devices").content).data
    assert listed is not None
    assert len(listed.devices) == 3
    assert json_of(call("delete", f"{ROOT}/devices/{one.pk}"))["success"] is True
    again = call("delete", f"{ROOT}/devices/{one.pk}")
    assert (again.status_code, again.json()["code"]) == (404, "no_such_device")
    assert json_of(call("delete", f"{ROOT}/devices"))["success"] is True
    assert browser.get(f"{ROOT}/devices").json()["data"] == {"devices": []}


def test_devices_of_others_stay(ada: User, make_user: Callable[..., User]) -> None:
    theirs = remember(make_user(email="bola@example.com"))
    refused = caller(signed_in(ada))("delete", f"{ROOT}/devices/{theirs.pk}")
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_device")
    caller(signed_in(ada))("delete", f"{ROOT}/devices")
    assert RememberedDevice.objects.count() == 1
