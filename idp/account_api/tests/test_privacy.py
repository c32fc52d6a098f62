"""`/api/v1/account/privacy`: the person's own browser alone, with a fresh proof for what cannot be undone."""

import pytest

from idp.account_api.tests.conftest import token_of
from idp.account_api.tests.test_authenticators import caller
from idp.accounts.models import User
from idp.authenticators.errors import ProofTooOld
from idp.authenticators.tests.conftest import age, signed_in
from idp.config.api_docs import document
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.privacy.errors import SIGN_IN_AGAIN
from idp.privacy.texts import MARKETING_VERSION
from idp.tests import journey
from idp.tests.parties import SPA, json_of

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/account/privacy"
CALLS = [
    ("get", ROOT, None),
    ("put", f"{ROOT}/marketing", {"allowed": True, "text_version": MARKETING_VERSION}),
    ("put", f"{ROOT}/restriction", {"restricted": True}),
    ("post", f"{ROOT}/export", None),
    ("post", f"{ROOT}/deletion", None),
    ("delete", f"{ROOT}/deletion", None),
]


def test_from_consent_to_deletion_and_back(ada: User) -> None:
    browser = signed_in(ada)
    call = caller(browser)
    held = json_of(browser.get(ROOT))["data"]
    assert (held["marketing_allowed"], held["restricted_at"], held["erasure_due_at"]) == (False, None, None)

    # Choices.
    chosen = call("put", f"{ROOT}/marketing", {"allowed": True, "text_version": held["marketing_text_version"]})
    assert json_of(chosen)["data"]["marketing_allowed"] is True
    restricted = json_of(call("put", f"{ROOT}/restriction", {"restricted": True}))["data"]
    assert (restricted["restricted_at"] is None, len(restricted["said"])) == (False, 2)

    # Taken along, ended, kept.
    exported = json_of(call("post", f"{ROOT}/export"))
    assert (exported["data"]["sub"], exported["message"]) == (str(ada.pk), "This is everything we hold about you.")
    assert json_of(call("post", f"{ROOT}/deletion"))["data"]["erasure_due_at"]
    assert browser.get(ROOT).status_code == 401
    kept = caller(signed_in(ada))("delete", f"{ROOT}/deletion")
    assert json_of(kept)["message"] == "Your account stays. You can sign in to your applications again."
    ada.refresh_from_db()
    assert ada.erasure_due_at is None


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.3")
@pytest.mark.parametrize("path", [f"{ROOT}/export", f"{ROOT}/deletion"])
def test_an_old_sign_in_is_led_to_a_fresh_one(ada: User, path: str) -> None:
    call = caller(signed_in(ada))
    age(ada, FRESH_SECONDS + 1)
    answer = call("post", path)
    body = json_of(answer)
    assert (answer.status_code, body["code"]) == (403, ProofTooOld.code)
    assert body["meta"]["action"] == SIGN_IN_AGAIN
    ada.refresh_from_db()
    assert ada.erasure_due_at is None


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_nobody_and_no_application_gets_in(browser: journey.Browser, method: str, path: str, body: object) -> None:
    token = token_of(browser, SPA, "openid profile")
    sent = getattr(Browser(), method)
    answer = sent(path, body, content_type="application/json", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person_only")
    assert sent(path, body, content_type="application/json").status_code in {401, 403}


def test_a_cookie_alone_changes_nothing(ada: User) -> None:
    browser = signed_in(ada)
    assert browser.post(f"{ROOT}/deletion", content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [("marketing", {"allowed": "yes", "text_version": "1"}), ("marketing", {"allowed": True}), ("restriction", {})],
)
def test_what_is_not_a_choice_is_refused_by_field(ada: User, path: str, body: object) -> None:
    answer = caller(signed_in(ada))("put", f"{ROOT}/{path}", body)
    assert (answer.status_code, json_of(answer)["code"]) == (400, "invalid_input")


def test_the_api_document_describes_it() -> None:
    paths = document()["paths"]
    assert {path for path in paths if path.startswith(ROOT)} == {path for _method, path, _body in CALLS}
