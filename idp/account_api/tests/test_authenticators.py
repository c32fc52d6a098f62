"""`/api/v1/account/authenticators`: the person's own browser alone, with a fresh proof for whatever matters."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from idp.account_api.schemas import (
    AuthenticatorAnswer,
    AuthenticatorsAnswer,
    ConfirmedAnswer,
    EnrolmentAnswer,
    NothingAnswer,
    RecoveryCodesAnswer,
)
from idp.account_api.tests.conftest import token_of
from idp.accounts.models import User
from idp.authenticators.errors import SIGN_IN_AGAIN
from idp.authenticators.tests.conftest import age, code_of, sign_in_again, signed_in, with_app
from idp.config.api_docs import document
from idp.core.envelope import Failure
from idp.login.delays import FREE_FAILURES
from idp.login.models import SsoSession
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.selectors import confirmed
from idp.tests import journey
from idp.tests.journey import Answer
from idp.tests.parties import SPA, json_of

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/account/authenticators"
APPS = f"{ROOT}/totp"
CODES = f"{ROOT}/recovery_codes"
Call = Callable[..., Answer]


def caller(browser: Browser) -> Call:
    """Calls as a page of ours makes them: cookie, JSON, and the CSRF token of a form."""
    csrf = browser.token("/account/security")

    def call(method: str, path: str, body: object = None, token: str = csrf, **headers: str) -> Answer:
        sent: Any = getattr(browser, method)
        answer: Answer = sent(path, body, content_type="application/json", headers={"x-csrftoken": token, **headers})
        return answer

    return call


def _refusal(answer: Answer, status: int, code: str) -> Failure:
    assert answer.status_code == status, answer.content
    body = Failure.model_validate_json(answer.content)
    assert body.code == code
    assert body.message.endswith(".")
    return body


NONE = {"authenticators": (), "recovery_codes_left": 0, "required": False, "accepted": None}


def every_call(app: TotpAuthenticator) -> list[tuple[str, str, object]]:
    """Whatever shows a secret or changes something."""
    return [
        ("post", APPS, {"name": "Tablet"}),
        ("post", f"{APPS}/{app.pk}/confirm", {"code": "123456"}),
        ("patch", f"{APPS}/{app.pk}", {"name": "Mine"}),
        ("delete", f"{APPS}/{app.pk}", None),
        ("post", CODES, None),
    ]


# --- What it does -----------------------------------------------------------------------------------------------------
def test_from_the_first_app_to_none(ada: User) -> None:
    browser = signed_in(ada)
    call = caller(browser)
    held = AuthenticatorsAnswer.model_validate_json(browser.get(ROOT).content)
    assert held.data.model_dump() == NONE

    # Begun: the secret in three forms, and nothing counts yet.
    answer = call("post", APPS, {"name": "My phone"})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    begun = EnrolmentAnswer.model_validate_json(answer.content).data
    assert begun.secret in begun.otpauth_uri
    assert begun.qr_svg.startswith("<svg")
    assert json_of(browser.get(ROOT))["data"]["authenticators"] == []
    pending = TotpAuthenticator.objects.get(pk=begun.id)

    # Confirmed: recovery codes, once.
    confirmed = ConfirmedAnswer.model_validate_json(
        call("post", f"{APPS}/{begun.id}/confirm", {"code": code_of(pending)}).content
    )
    assert len(confirmed.data.recovery_codes) == codes_left(ada.pk) == 10
    listed = browser.get(ROOT).content.decode()
    assert begun.secret not in listed
    assert confirmed.data.recovery_codes[0] not in listed
    (shown,) = json_of(browser.get(ROOT))["data"]["authenticators"]
    assert (shown["kind"], shown["id"], shown["name"]) == ("totp", str(begun.id), "My phone")

    # Renamed, new codes, removed: each with both factors.
    call = caller(sign_in_again(ada, browser, pending))
    renamed = AuthenticatorAnswer.model_validate_json(call("patch", f"{APPS}/{begun.id}", {"name": "Old phone"}).content)
    assert renamed.data.name == "Old phone"
    codes = RecoveryCodesAnswer.model_validate_json(call("post", CODES).content)
    assert set(codes.data.recovery_codes).isdisjoint(confirmed.data.recovery_codes)
    removed = NothingAnswer.model_validate_json(call("delete", f"{APPS}/{begun.id}").content)
    assert removed.message == "The app is removed. Its codes do not work any more."
    assert json_of(browser.get(ROOT))["data"] == {**NONE, "authenticators": []}


# --- Who may call -----------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
def test_no_application_touches_a_factor_whatever_it_was_granted(browser: journey.Browser, shopper: User) -> None:
    app = TotpAuthenticator.objects.create(user=shopper, name="Phone", secret="A" * 32)
    token = token_of(browser, SPA, "openid profile email phone roles offline_access orders")
    http = Client(headers={"authorization": f"Bearer {token}"})
    for method, path, body in [("get", ROOT, None), *every_call(app)]:
        bearers = [(http, {}), (browser.http, {"authorization": f"Bearer {token}"})]
        for presenter, headers in bearers:
            call = getattr(presenter, method)
            kind = {} if method == "get" else {"content_type": "application/json"}
            refused = _refusal(call(path, body, headers=headers, **kind), 403, "person_only")
            assert refused.message.startswith("Applications may not see or change how you sign in.")
    _refusal(http.get(f"{ROOT}?access_token={token}"), 403, "person_only")
    assert TotpAuthenticator.objects.get().name == "Phone"


def test_nobody_signed_in_is_told_to_sign_in(ada: User) -> None:
    app = with_app(ada)
    for method, path, body in [("get", ROOT, None), *every_call(app)]:
        call = getattr(Client(), method)
        answer = call(path, body, content_type="application/json") if method != "get" else call(path)
        assert _refusal(answer, 401, "authentication_failed").message == "Please sign in to continue."


def test_a_change_needs_the_csrf_token(ada: User) -> None:
    app = with_app(ada)
    call = caller(signed_in(ada, app))
    for method, path, body in every_call(app):
        for token in ("", "x" * 64):
            _refusal(call(method, path, body, token=token), 403, "csrf_failed")
        _refusal(call(method, path, body, origin="https://evil.example"), 403, "csrf_failed")
    assert confirmed(ada.pk).get().name == "Phone"


def test_somebody_elses_app_does_not_exist(ada: User, vera: User) -> None:
    theirs = with_app(vera)
    call = caller(signed_in(ada))
    for factor in (theirs.pk, uuid.uuid4()):
        _refusal(call("patch", f"{APPS}/{factor}", {"name": "Mine"}), 404, "no_such_factor")
        _refusal(call("delete", f"{APPS}/{factor}"), 404, "no_such_factor")
        _refusal(call("post", f"{APPS}/{factor}/confirm", {"code": code_of(theirs)}), 400, "enrolment_expired")
    assert confirmed(vera.pk).get().name == "Phone"


# --- The fresh proof --------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
@pytest.mark.parametrize("why", ["old", "weak"])
def test_a_sign_in_that_is_old_or_weak_may_look_only(ada: User, why: str) -> None:
    if why == "old":
        app = with_app(ada)
        browser = signed_in(ada, app)
        call = caller(browser)
        age(ada, FRESH_SECONDS + 5)
    else:
        browser = signed_in(ada)
        call = caller(browser)
        app = with_app(ada)
        SsoSession.objects.update(ended_at=None, end_reason="")
    assert browser.get(ROOT).status_code == 200
    for method, path, body in every_call(app):
        refused = _refusal(call(method, path, body), 403, "step_up_required")
        assert refused.meta.action == SIGN_IN_AGAIN == "/login?next=%2Faccount%2Fsecurity&fresh=1"
        assert "please sign in again first" in refused.message
    assert confirmed(ada.pk).get().name == "Phone"
    assert (TotpAuthenticator.objects.count(), codes_left(ada.pk)) == (1, 10)


def test_a_role_that_must_have_two_factors_does_not_even_look_with_one(ada: User) -> None:
    browser = signed_in(ada)
    User.objects.filter(pk=ada.pk).update(role="vendor")
    _refusal(browser.get(ROOT), 403, "step_up_required")


# --- Refusals ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
def test_a_vendor_keeps_the_last_app(vera: User) -> None:
    app = with_app(vera)
    call = caller(signed_in(vera, app))
    assert "the only one" in _refusal(call("delete", f"{APPS}/{app.pk}"), 409, "last_factor").message
    assert confirmed(vera.pk).exists()


def test_recovery_codes_need_something_to_recover(ada: User) -> None:
    _refusal(caller(signed_in(ada))("post", CODES), 409, "nothing_to_recover")


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": 7}, {"name": "x" * 65}, {"name": "\u200b"}, {"name": "a", "user": 1}, []]
)
def test_a_name_that_cannot_be(ada: User, body: object) -> None:
    app = with_app(ada)
    call = caller(signed_in(ada, app))
    for method, path in (("post", APPS), ("patch", f"{APPS}/{app.pk}")):
        assert _refusal(call(method, path, body), 400, "invalid_input").errors
    assert TotpAuthenticator.objects.get().name == "Phone"


def test_first_codes_are_bounded(ada: User) -> None:
    call = caller(signed_in(ada))
    begun = json_of(call("post", APPS, {"name": "Phone"}))["data"]["id"]
    assert _refusal(call("post", f"{APPS}/{begun}/confirm", {"code": " "}), 400, "invalid_input").errors
    for _ in range(FREE_FAILURES):
        _refusal(call("post", f"{APPS}/{begun}/confirm", {"code": "000000"}), 401, "factor_refused")
    answer = call("post", f"{APPS}/{begun}/confirm", {"code": code_of(TotpAuthenticator.objects.get())})
    _refusal(answer, 429, "too_many_attempts")
    assert int(answer["Retry-After"]) > 0


def test_the_document_says_who_may_call(ada: User) -> None:
    described = document()["paths"]
    operations = [operation for path, methods in described.items() if path.startswith(ROOT) for operation in methods.values()]
    assert len(operations) == 10
    assert all(operation["security"] == [{"sessionOnly": []}] for operation in operations)
