"""Acting: each act over HTTP, by an application and by a browser; and the refusals with their sentences and challenges."""

import json
from collections.abc import Callable

import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.admin_api.tests.conftest import REASON, USERS, Desk, desk_of, post_from_page
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.tests.passkeys import with_passkey
from idp.oidc.models import AccessToken, Client
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Answer, Browser
from idp.tests.parties import DEMO_API, DESK, SPA, introspect, json_of, obtain_tokens
from idp.tests.totp_app import with_app


def _done(answer: Answer) -> str:
    body = json_of(answer)
    assert answer.status_code == 200, body
    return str(body["message"])


def _refusal(answer: Answer) -> tuple[int, str]:
    body = json_of(answer)
    assert body["success"] is False
    assert body["message"]
    return answer.status_code, body["code"]


# --- What is done -------------------------------------------------------------------------------------------------------
def test_a_suspended_shoppers_next_call_fails(browser: Browser, shopper: User, desk: Desk) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    answer = desk.post(f"{USERS}/{shopper.pk}/suspend")
    assert _done(answer) == "The account is suspended."
    assert json_of(answer)["data"]["is_active"] is False
    assert introspect(DEMO_API, token) == {"active": False}
    assert _done(desk.post(f"{USERS}/{shopper.pk}/suspend")) == "The account was suspended already."
    assert _done(desk.post(f"{USERS}/{shopper.pk}/reactivate")) == "The account can be used again."
    assert _done(desk.post(f"{USERS}/{shopper.pk}/reactivate")) == "The account was not suspended."


def test_a_role_is_given(shopper: User, desk: Desk) -> None:
    act = f"{USERS}/{shopper.pk}/change-role"
    answer = desk.post(act, {**REASON, "role": "vendor"})
    assert _done(answer) == "The role is changed, and the person signs in anew."
    assert json_of(answer)["data"]["role"] == "vendor"
    assert _done(desk.post(act, {**REASON, "role": "vendor"})) == "The role is the same."
    assert _refusal(desk.post(act, {**REASON, "role": "king"})) == (400, "invalid_input")
    assert _refusal(desk.post(act, REASON)) == (400, "invalid_input")


def test_an_address_is_confirmed(make_user: Callable[..., User], desk: Desk) -> None:
    person = make_user(email="zina@example.com", email_verified=False)
    act = f"{USERS}/{person.pk}/confirm-address"
    assert _done(desk.post(act, {**REASON, "kind": "email"})) == "The address is confirmed."
    assert _done(desk.post(act, {**REASON, "kind": "email"})) == "The address was confirmed already."
    assert _refusal(desk.post(act, {**REASON, "kind": "phone_number"})) == (409, "no_such_address")
    assert User.objects.get(pk=person.pk).email_verified


def test_a_new_password_is_forced_and_set_by_nobody(shopper: User, desk: Desk) -> None:
    act = f"{USERS}/{shopper.pk}/reset-password"
    assert _refusal(desk.post(act, {**REASON, "password": "chosen by staff"})) == (400, "invalid_input")
    assert "wrote to the person" in _done(desk.post(act))
    assert not User.objects.get(pk=shopper.pk).has_usable_password()


def test_sessions_end(shopper: User, desk: Desk) -> None:
    for _each in range(2):
        signed_in(shopper)
    sid = SsoSession.objects.filter(user=shopper).earliest("id").pk
    assert _done(desk.post(f"{USERS}/{shopper.pk}/sessions/{sid}/end")) == "The session has ended."
    assert _refusal(desk.post(f"{USERS}/{shopper.pk}/sessions/{sid}/end")) == (404, "no_such_session")
    assert _done(desk.post(f"{USERS}/{shopper.pk}/end-sessions")) == "All sessions of this account have ended."
    assert _done(desk.post(f"{USERS}/{shopper.pk}/end-sessions")) == "No session was open."


def test_factors_are_reset(shopper: User, desk: Desk) -> None:
    assert _refusal(desk.post(f"{USERS}/{shopper.pk}/reset-factors")) == (409, "nothing_to_reset")
    with_app(shopper)
    assert "second factors are gone" in _done(desk.post(f"{USERS}/{shopper.pk}/reset-factors"))


def test_addresses_are_revealed_with_a_reason_and_on_record(shopper: User, desk: Desk) -> None:
    assert _refusal(desk.post(f"{USERS}/{shopper.pk}/reveal", {"reason": " "})) == (400, "reason_refused")
    assert not SecurityEvent.objects.filter(event=Event.USER_REVEALED).exists()
    answer = desk.post(f"{USERS}/{shopper.pk}/reveal")
    assert "on record" in _done(answer)
    assert json_of(answer)["data"] == {"email": "ada@example.com", "phone_number": "+2348031234567"}
    assert answer["Cache-Control"] == "no-store"
    assert SecurityEvent.objects.get(event=Event.USER_REVEALED).detail["because"] == "ticket 4711"


def test_a_browser_acts_with_its_csrf_token_only(shopper: User, chief: User) -> None:
    browser = signed_in(chief)
    act = f"{USERS}/{shopper.pk}/suspend"
    assert browser.http.get(USERS).status_code == 200
    refused = browser.http.post(act, json.dumps(REASON), content_type="application/json")
    assert _refusal(refused) == (403, "csrf_failed")
    assert _done(post_from_page(browser, act)) == "The account is suspended."


def test_pages_of_the_desk_alone_read_its_answers(shopper: User, desk: Desk) -> None:
    for path in (USERS, f"{USERS}/{shopper.pk}"):
        for origin, readable in (("https://desk.example", "https://desk.example"), ("http://localhost:5173", None)):
            assert desk.get(path, origin=origin).get("Access-Control-Allow-Origin") == readable
    dead = Desk(desk.token)
    AccessToken.objects.update(revoked_at=clock.now())
    answer = dead.get(USERS, origin="https://desk.example")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (401, "https://desk.example")


# --- Who is refused, and what would help --------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6750", "3.1")
def test_a_token_without_the_scope(chief: User, shopper: User) -> None:
    plain = desk_of(chief, scope="openid profile")
    for answer in (plain.get(USERS), plain.post(f"{USERS}/{shopper.pk}/suspend")):
        assert _refusal(answer) == (403, "insufficient_scope")
        assert 'scope="admin"' in answer["WWW-Authenticate"]


@pytest.mark.spec("RFC 9470", "3")
def test_a_token_of_one_factor_is_told_what_would_be_enough(desk: Desk, shopper: User) -> None:
    AccessToken.objects.update(acr="aal1")
    for answer in (desk.get(USERS), desk.post(f"{USERS}/{shopper.pk}/suspend")):
        assert _refusal(answer) == (401, "insufficient_user_authentication")
        assert 'acr_values="aal2"' in answer["WWW-Authenticate"]
    assert User.objects.get(pk=shopper.pk).is_active


@pytest.mark.spec("RFC 9470", "3")
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.3")
def test_an_act_long_after_signing_in_asks_for_a_fresh_one(desk: Desk, shopper: User) -> None:
    AccessToken.objects.update(auth_time=clock.now() - clock.seconds(601))
    assert desk.get(USERS).status_code == 200
    answer = desk.post(f"{USERS}/{shopper.pk}/suspend")
    assert _refusal(answer) == (401, "insufficient_user_authentication")
    assert 'acr_values="aal2", max_age="600"' in answer["WWW-Authenticate"]


def test_an_act_asks_for_the_strongest_factor_its_member_has(chief: User, shopper: User) -> None:
    with_passkey(chief)
    # Signed in by a code of the app, which is enough to look.
    desk = desk_of(chief)
    assert desk.get(USERS).status_code == 200
    answer = desk.post(f"{USERS}/{shopper.pk}/suspend")
    assert _refusal(answer) == (401, "insufficient_user_authentication")
    assert 'acr_values="phr"' in answer["WWW-Authenticate"]


def test_a_browser_is_sent_to_sign_in_again(chief: User, shopper: User) -> None:
    browser = signed_in(chief)
    SsoSession.objects.filter(user=chief).update(auth_time=clock.now() - clock.seconds(601))
    answer = post_from_page(browser, f"{USERS}/{shopper.pk}/suspend")
    assert _refusal(answer) == (403, "step_up_required")
    assert json_of(answer)["meta"]["action"].startswith("/login?")


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.SUPER_ADMIN}])
def test_other_roles_look_at_most(role: Role, make_user: Callable[..., User], clients: None, shopper: User) -> None:
    person = make_user(email="ife@example.com", role=role)
    with_app(person)
    desk = desk_of(person)
    looks = desk.get(USERS)
    assert looks.status_code == (200 if person.is_staff else 403)
    refusal = (403, "not_administrator" if person.is_staff else "forbidden")
    # Before anything of the body is read, too.
    for body in (REASON, {"reason": ""}, {"nobody": "knows this"}):
        assert _refusal(desk.post(f"{USERS}/{shopper.pk}/suspend", body)) == refusal
    assert User.objects.get(pk=shopper.pk).is_active


@pytest.mark.parametrize("change", [{"first_party": False}, {"application_type": "native"}], ids=str)
def test_an_application_of_somebody_else_and_one_on_a_phone_administer_nothing(
    desk: Desk, shopper: User, change: dict[str, object]
) -> None:
    """Whatever was granted while it was of another kind; refresh tokens would carry that on for weeks."""
    Client.objects.filter(client_id=DESK.client_id).update(**change)
    for answer in (desk.get(USERS), desk.post(f"{USERS}/{shopper.pk}/suspend")):
        assert _refusal(answer) == (403, "forbidden")


def test_nobody_acts_on_themselves_or_above(desk: Desk, chief: User, make_user: Callable[..., User], shopper: User) -> None:
    assert _refusal(desk.post(f"{USERS}/{chief.pk}/suspend")) == (409, "own_account")
    warden = desk_of(make_user(email="tunde@example.com", role=Role.ADMIN))
    assert _refusal(warden.post(f"{USERS}/{chief.pk}/suspend")) == (403, "outranked")
    raised = warden.post(f"{USERS}/{shopper.pk}/change-role", {**REASON, "role": "super_admin"})
    assert _refusal(raised) == (403, "role_above_yours")
