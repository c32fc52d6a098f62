"""`/api/v1/account/me`: who may read it, who may change it, and what everybody else reads instead."""

import json
from typing import Any

import pytest
from django.test import Client

from idp.account_api.schemas import AccountAnswer
from idp.account_api.tests.conftest import ME, Patch, by_token, token_of
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.core.envelope import Failure
from idp.oidc.tests.fixtures import ALL_PERSONAL
from idp.tests.journey import Answer, Browser
from idp.tests.parties import RESOURCE_SERVER, SPA, WEB, json_of

TOKENS = "openid profile email phone roles offline_access orders"


def _refusal(answer: Answer, status: int, code: str) -> str:
    """The sentence of a refusal in the documented shape."""
    assert answer.status_code == status, answer.content
    body = Failure.model_validate_json(answer.content)
    assert body.code == code
    assert body.meta.request_id == answer["X-Request-ID"]
    assert body.message.endswith(".")
    return body.message


def _updates() -> list[dict[str, str]]:
    return [event.detail | {"client": event.client_id} for event in SecurityEvent.objects.filter(event=Event.USER_UPDATED)]


# --- Reading ------------------------------------------------------------------------------------------------------------
def test_a_signed_in_browser_reads_everything(browser: Browser, shopper: User) -> None:
    answer = browser.http.get(ME)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    body = AccountAnswer.model_validate_json(answer.content)
    assert (body.success, body.message, body.meta) == (True, "This is your account.", {})
    assert json_of(answer)["data"] == {
        "sub": str(shopper.pk), "name": "Ada Obi", "given_name": "Ada", "family_name": "Obi", "middle_name": "Ify",
        "locale": "en-NG", "zoneinfo": "Africa/Lagos", "email": "ada@example.com", "email_verified": True,
        "phone_number": "+2348031234567", "phone_number_verified": True,
        "updated_at": json_of(answer)["data"]["updated_at"],
    }  # fmt: skip


def test_a_token_shows_what_its_scopes_release(browser: Browser) -> None:
    def data(scope: str) -> dict[str, Any]:
        answer = by_token("GET", token_of(browser, SPA, scope))
        assert answer.status_code == 200, answer.content
        shown: dict[str, Any] = json_of(answer)["data"]
        return shown

    everything = data(TOKENS)
    assert (everything["email"], everything["phone_number"]) == ("ada@example.com", "+2348031234567")
    little = data("openid profile")
    assert little["given_name"] == "Ada"
    hidden = ("email", "email_verified", "phone_number", "phone_number_verified")
    assert {little[name] for name in hidden} == {None}


@pytest.mark.spec("RFC 6750", "3.1")
def test_nobody_reads_nothing(stranger: Browser) -> None:
    answer = stranger.http.get(ME)
    assert _refusal(answer, 401, "authentication_failed") == "Please sign in to continue."
    assert answer["WWW-Authenticate"] == 'Bearer realm="Fashionistar"'


@pytest.mark.spec("RFC 6750", "3.1")
def test_a_token_needs_the_scope_the_audience_and_a_person(browser: Browser) -> None:
    answer = by_token("GET", token_of(browser, SPA, "openid email"))
    _refusal(answer, 403, "insufficient_scope")
    assert 'scope="profile"' in answer["WWW-Authenticate"]

    # Without `openid` a token is for the resource alone.
    _refusal(by_token("GET", token_of(browser, SPA, "profile")), 401, "invalid_token")
    own = RESOURCE_SERVER.post("/oauth2/token", {"grant_type": "client_credentials", "scope": "orders"})
    _refusal(by_token("GET", json_of(own)["access_token"]), 401, "invalid_token")
    for nonsense in ("", "fst_at_nobody", "x" * 5000):
        _refusal(by_token("GET", nonsense), 401, "invalid_token")


@pytest.mark.spec("RFC 6750", "2")
def test_a_token_is_taken_from_the_header_alone(browser: Browser) -> None:
    token = token_of(browser, SPA, "openid profile")
    assert Client().get(f"{ME}?access_token={token}").status_code == 401
    # Presented twice, and a cookie does not make up for a bad token.
    assert browser.http.get(f"{ME}?access_token={token}", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert browser.http.get(ME, headers={"authorization": "Bearer fst_at_nobody"}).status_code == 401


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
def test_a_session_too_weak_for_the_role_of_its_person_is_none(browser: Browser, shopper: User) -> None:
    User.objects.filter(pk=shopper.pk).update(role=Role.SUPPORT)
    _refusal(browser.http.get(ME), 401, "authentication_failed")


def test_a_disabled_account_is_shut_out_at_once(browser: Browser, shopper: User) -> None:
    token = token_of(browser, SPA, "openid profile")
    set_active(user_id=shopper.pk, active=False)
    _refusal(browser.http.get(ME), 401, "authentication_failed")
    _refusal(by_token("GET", token), 401, "invalid_token")


# --- Changing -----------------------------------------------------------------------------------------------------------
def test_a_person_changes_what_they_send_and_nothing_else(patch: Patch, shopper: User) -> None:
    before = User.objects.get(pk=shopper.pk)
    answer = patch({"given_name": "  Adaeze ", "zoneinfo": "Europe/London"})
    assert answer.status_code == 200, answer.content
    assert json_of(answer)["message"] == "Your changes are saved."

    after = User.objects.get(pk=shopper.pk)
    assert (after.given_name, after.zoneinfo, after.family_name, after.locale) == ("Adaeze", "Europe/London", "Obi", "en-NG")
    # Told separately, so it does not follow its parts.
    assert after.name == "Ada Obi"
    assert after.updated_at > before.updated_at
    assert json_of(answer)["data"]["given_name"] == "Adaeze"
    assert _updates() == [{"fields": "given_name zoneinfo", "client": ""}]


def test_a_full_name_made_of_its_parts_follows_them(patch: Patch, shopper: User) -> None:
    User.objects.filter(pk=shopper.pk).update(name="Ada Ify Obi")
    data = json_of(patch({"middle_name": "", "family_name": "Eze"}))["data"]
    assert (data["name"], data["middle_name"]) == ("Ada Eze", "")
    assert _updates() == [{"fields": "family_name middle_name name", "client": ""}]


@pytest.mark.parametrize("change", [{}, {"given_name": "Ada", "locale": "en-NG"}])
def test_what_changes_nothing_leaves_no_trace(patch: Patch, shopper: User, change: dict[str, str]) -> None:
    before = User.objects.get(pk=shopper.pk).updated_at
    assert json_of(patch(change))["message"] == "Nothing was changed."
    assert User.objects.get(pk=shopper.pk).updated_at == before
    assert _updates() == []


@pytest.mark.parametrize("member", [
    "is_staff", "is_superuser", "role", "email", "email_verified", "phone_number", "phone_number_verified", "password", "id",
    "sub", "is_active", "member_id", "name", "updated_at", "groups", "user", "owner",
])  # fmt: skip
@pytest.mark.spec("OWASP ASVS 5.0", "8.2.3")
def test_no_other_member_can_be_set(patch: Patch, shopper: User, member: str) -> None:
    before = User.objects.filter(pk=shopper.pk).values().get()
    answer = patch({"given_name": "Eve", member: True})
    _refusal(answer, 400, "invalid_input")
    assert json_of(answer)["errors"] == {member: ["This field is not known here."]}
    assert User.objects.filter(pk=shopper.pk).values().get() == before


@pytest.mark.parametrize(("change", "field", "sentence"), [
    ({"given_name": 7}, "given_name", "This must be text."),
    ({"given_name": None}, "given_name", "This must be text."),
    ({"given_name": "x" * 101}, "given_name", "This is too long."),
    ({"family_name": "a\u202eb"}, "family_name", "control characters are not allowed"),
    ({"locale": "not a language"}, "locale", "This is not in the expected form."),
    ({"zoneinfo": "Mars/Olympus"}, "zoneinfo", "Please choose a time zone such as Africa/Lagos."),
    ([], "non_field_errors", "This must be an object."),
])  # fmt: skip
def test_each_bad_field_has_its_sentence(patch: Patch, change: object, field: str, sentence: str) -> None:
    answer = patch(json.dumps(change))
    _refusal(answer, 400, "invalid_input")
    assert json_of(answer)["errors"] == {field: [sentence]}


@pytest.mark.parametrize(("body", "kind", "refusal"), [
    ('{"given_name": "A", "given_name": "B"}', "application/json", (400, "invalid_input")),
    ('{"given_name": NaN}', "application/json", (400, "invalid_input")),
    ("[" * 100_000, "application/json", (400, "invalid_input")),
    ("{", "application/json", (400, "invalid_input")),
    (b"\xff\xfe", "application/json", (400, "invalid_input")),
    ("given_name=A", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
    ('{"given_name": "' + "x" * 300_000 + '"}', "application/json", (413, "payload_too_large")),
])  # fmt: skip
def test_bodies_that_cannot_be_read(browser: Browser, body: str, kind: str, refusal: tuple[int, str]) -> None:
    token = token_of(browser, SPA, "openid profile")
    http = Client(headers={"authorization": f"Bearer {token}"})
    _refusal(http.patch(ME, body, content_type=kind), *refusal)
    assert _updates() == []


def test_a_change_by_cookie_needs_the_csrf_token(patch: Patch) -> None:
    for wrong in ("", "x" * 64):
        assert "reload" in _refusal(patch({"given_name": "Eve"}, token=wrong), 403, "csrf_failed")
    _refusal(patch({"given_name": "Eve"}, origin="https://evil.example"), 403, "csrf_failed")
    assert _updates() == []


def test_an_application_of_ours_changes_with_its_token_and_is_named(browser: Browser) -> None:
    answer = by_token("PATCH", token_of(browser, SPA, "openid profile"), {"given_name": "Adaeze"})
    assert answer.status_code == 200, answer.content
    assert _updates() == [{"fields": "given_name", "client": "demo-spa"}]


def test_an_application_of_others_reads_and_does_not_change(browser: Browser) -> None:
    token = token_of(browser, WEB, ALL_PERSONAL)
    assert by_token("GET", token).status_code == 200
    _refusal(by_token("PATCH", token, {"given_name": "Eve"}), 403, "application_may_not_change")
    assert _updates() == []


def test_other_methods_are_refused_with_a_sentence(browser: Browser) -> None:
    token = token_of(browser, SPA, "openid profile")
    http = Client(headers={"authorization": f"Bearer {token}"})
    for method in ("POST", "PUT", "DELETE"):
        answer = http.generic(method, ME)
        _refusal(answer, 405, "method_not_allowed")
        assert answer["Allow"] == "GET, PATCH, HEAD, OPTIONS"


def test_a_browser_that_asks_for_a_page_reads_json_too(browser: Browser) -> None:
    answer = browser.http.get(ME, headers={"accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
