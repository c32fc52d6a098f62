"""What staff may do: by whom, with which effect, recorded how; and what nobody can do here however it is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import KnownDevice, SsoSession
from idp.login.tests.passkeys import with_passkey
from idp.mfa.standing import standing_of
from idp.mfa.webauthn.models import Passkey
from idp.oidc.authorize.remembered_consent import Allowed, allowed_before
from idp.oidc.models import Client, Consent
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Browser, Pkce, page_of
from idp.tests.parties import DEMO_API, SPA, WEB, introspect, obtain_tokens
from idp.user_admin.authority import ADMINISTRATORS


def _do(browser: Browser, row: str, act: str, **answers: str) -> str:
    """Press the button on the page of the row, answer the question; the sentence read afterwards."""
    if row.startswith(("user/", "ssosession/")):
        answers = {"reason": "ticket 4711", **answers}
    address = f"/admin/{row}/{act}"
    assert address in page_of(browser.open(f"/admin/{row}")).links
    page = browser.submit(browser.open(address), **answers)
    assert page.status_code == 200, page.content
    assert address not in page_of(page).links
    return page_of(page).texts["form-alert"].strip()


def _recorded(event: Event) -> SecurityEvent:
    return SecurityEvent.objects.filter(event=event).latest("at")


# --- The acts -----------------------------------------------------------------------------------------------------------
def test_disabling_an_account_ends_all_it_had_and_names_who_did_it(
    browser: Browser, changing: Browser, shopper: User, chief: User
) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert "disabled" in _do(changing, f"user/{shopper.pk}", "disable")
    assert introspect(DEMO_API, token) == {"active": False}
    assert browser.http.get("/api/v1/account/me").status_code == 401
    # The account, and the session that ended with it: each names the member of staff, and whom it happened to.
    for event in (Event.USER_DEACTIVATED, Event.SESSION_ENDED):
        row = _recorded(event)
        assert row.detail["by"] == pseudonym_of(chief.pk)
        assert row.pseudonym == pseudonym_of(shopper.pk)


def test_an_account_is_enabled_again(changing: Browser, shopper: User, chief: User) -> None:
    _do(changing, f"user/{shopper.pk}", "disable")
    assert _do(changing, f"user/{shopper.pk}", "enable") == "The account is enabled."
    assert User.objects.get(pk=shopper.pk).is_active
    assert _recorded(Event.USER_REACTIVATED).detail == {"by": pseudonym_of(chief.pk), "because": "ticket 4711"}


def test_nobody_disables_their_own_account(changing: Browser, chief: User) -> None:
    answer = changing.submit(changing.open(f"/admin/user/{chief.pk}/disable"), reason="ticket 4711")
    assert answer.status_code == 409
    assert "your own account" in page_of(answer).texts["error-message"]
    assert User.objects.get(pk=chief.pk).is_active


def test_second_factors_are_reset_by_somebody_else_only(changing: Browser, shopper: User, chief: User) -> None:
    with_passkey(shopper)
    assert "second factors are gone" in _do(changing, f"user/{shopper.pk}", "reset-factors", reason="ticket 4711")
    assert standing_of(shopper.pk).factors == frozenset()
    facts = {"reason": "ticket 4711", "removed": "1", "by": pseudonym_of(chief.pk)}
    assert _recorded(Event.FACTORS_RESET).detail == facts

    with_passkey(chief, made_by_browser=True)
    answer = changing.submit(changing.open(f"/admin/user/{chief.pk}/reset-factors"), reason="mine")
    assert answer.status_code == 409
    assert "your own account" in page_of(answer).texts["error-message"]
    assert len(standing_of(chief.pk).factors) >= 1


def test_a_reset_without_a_reason_is_asked_again(changing: Browser, shopper: User) -> None:
    with_passkey(shopper)
    address = f"/admin/user/{shopper.pk}/reset-factors"
    question = changing.open(address)
    assert question.status_code == 200
    for reason in ("", "   ", "x" * 201):
        changing.address = address
        asked = changing.submit(question, reason=reason)
        assert asked.status_code == 400
        assert "Please say why" in asked.content.decode()
        # What was typed stands there still.
        assert page_of(asked).fields["reason"] == reason
    assert len(standing_of(shopper.pk).factors) == 1
    assert not SecurityEvent.objects.filter(event=Event.FACTORS_RESET).exists()


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.4")
def test_after_a_reset_all_is_dead_and_the_next_sign_in_sets_up_anew(changing: Browser, helper: User) -> None:
    lost = signed_in(helper)
    token = obtain_tokens(lost, SPA)["access_token"]
    assert introspect(DEMO_API, token)["active"]
    assert KnownDevice.objects.filter(user=helper).exists()
    _do(changing, f"user/{helper.pk}", "reset-factors", reason="ticket 4711")
    assert introspect(DEMO_API, token) == {"active": False}
    assert lost.http.get("/api/v1/account/me").status_code == 401
    assert not KnownDevice.objects.filter(user=helper).exists()
    # The same browser, by password: not let in before a new factor is set up.
    page = lost.open(SPA.authorize_url(Pkce()))
    page = lost.submit(lost.submit(page, username=str(helper.email)), password=PASSWORD)
    assert page.status_code == 200
    assert lost.address.endswith("/set-up")
    assert lost.http.get("/api/v1/account/me").status_code == 401


def test_all_sessions_of_a_person_end(browser: Browser, changing: Browser, shopper: User) -> None:
    other = signed_in(shopper)
    assert _do(changing, f"user/{shopper.pk}", "end-sessions") == "All sessions of this account have ended."
    for left in (browser, other):
        assert left.http.get("/api/v1/account/me").status_code == 401
    assert not SsoSession.objects.filter(user=shopper, ended_at=None).exists()


def test_one_session_ends_and_its_tokens_with_it(browser: Browser, changing: Browser, shopper: User, chief: User) -> None:
    other = signed_in(shopper)
    token = obtain_tokens(browser, SPA)["access_token"]
    sid = SsoSession.objects.filter(user=shopper).earliest("id").pk
    assert _do(changing, f"ssosession/{sid}", "end") == "The session has ended."
    assert introspect(DEMO_API, token) == {"active": False}
    assert other.http.get("/api/v1/account/me").status_code == 200
    facts = {"reason": "revoked", "by": pseudonym_of(chief.pk), "because": "ticket 4711"}
    assert _recorded(Event.SESSION_ENDED).detail == facts


def test_a_consent_is_withdrawn_with_all_that_came_of_it(browser: Browser, changing: Browser, shopper: User, chief: User) -> None:
    web, spa = obtain_tokens(browser, WEB, scope="openid email offline_access"), obtain_tokens(browser, SPA)
    client = Client.objects.get(client_id=WEB.client_id)
    consent, _made = Consent.objects.update_or_create(
        user=shopper, client=client, defaults={"scopes": ["email"], "granted_at": clock.now(), "withdrawn_at": None}
    )
    assert "withdrawn" in _do(changing, f"consent/{consent.pk}", "withdraw")
    assert allowed_before(user_id=shopper.pk, client=client) == Allowed()
    assert introspect(WEB, web["access_token"]) == {"active": False}
    form = {"grant_type": "refresh_token", "refresh_token": web["refresh_token"]}
    assert WEB.post("/oauth2/token", form).status_code == 400
    # Another client's tokens are not this consent's.
    assert introspect(DEMO_API, spa["access_token"])["active"]
    row = _recorded(Event.CONSENT_WITHDRAWN)
    assert (row.client_id, row.pseudonym) == (WEB.client_id, pseudonym_of(shopper.pk))
    assert row.detail == {"by": pseudonym_of(chief.pk)}


def test_a_client_is_switched_off_and_on(browser: Browser, changing: Browser, chief: User) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    row = f"client/{Client.objects.get(client_id=SPA.client_id).pk}"
    assert "switched off" in _do(changing, row, "switch-off")
    assert introspect(DEMO_API, token) == {"active": False}
    assert _recorded(Event.CLIENT_DISABLED).detail == {"by": pseudonym_of(chief.pk)}
    assert _do(changing, row, "switch-on") == "The client is switched on."
    # What it held before stays ended; what it gets now counts.
    assert introspect(DEMO_API, token) == {"active": False}
    assert introspect(DEMO_API, obtain_tokens(browser, SPA)["access_token"])["active"]
    assert _recorded(Event.CLIENT_CHANGED).detail["by"] == pseudonym_of(chief.pk)


def test_an_act_done_twice_is_done_once(changing: Browser, shopper: User) -> None:
    address = f"/admin/user/{shopper.pk}/disable"
    question = changing.open(address)
    for _twice in range(2):
        changing.address = address
        assert changing.submit(question, reason="ticket 4711").status_code == 200
    assert SecurityEvent.objects.filter(event=Event.USER_DEACTIVATED).count() == 1


def test_an_event_after_an_act_names_nobody(browser: Browser, changing: Browser, shopper: User) -> None:
    _do(changing, f"user/{shopper.pk}", "end-sessions")
    signed_in(shopper)
    assert "by" not in _recorded(Event.LOGIN_SUCCEEDED).detail


def test_a_link_cannot_make_the_page_say_what_was_not_done(changing: Browser, shopper: User) -> None:
    page = page_of(changing.open(f"/admin/user/{shopper.pk}?done=disable"))
    assert "form-alert" not in page.texts


# --- The acts that take more than a reason -------------------------------------------------------------------------------
def test_a_role_is_changed_by_a_choice(changing: Browser, shopper: User) -> None:
    address = f"/admin/user/{shopper.pk}/change-role"
    page = changing.submit(changing.open(address), reason="ticket 4711", option="vendor")
    assert page.status_code == 200
    assert "The role is changed" in page_of(page).texts["form-alert"]
    assert "Vendor" in page_of(page).text
    assert User.objects.get(pk=shopper.pk).role == Role.VENDOR
    refused = changing.submit(changing.open(address), reason="ticket 4711", option="king")
    assert refused.status_code == 400
    assert "cannot be chosen" in page_of(refused).texts["error-message"]


def test_an_address_is_confirmed_by_a_choice(changing: Browser, make_user: Callable[..., User]) -> None:
    person = make_user(email="zina@example.com", phone_number="+2348030000004")
    told = _do(changing, f"user/{person.pk}", "confirm-address", option="phone_number")
    assert told == "Every address of this account is confirmed."
    assert User.objects.get(pk=person.pk).phone_number_verified


def test_a_new_password_is_forced(changing: Browser, shopper: User) -> None:
    assert "does not work any more" in _do(changing, f"user/{shopper.pk}", "reset-password")
    assert not User.objects.get(pk=shopper.pk).has_usable_password()


def test_addresses_are_shown_in_full_as_an_answer_only(changing: Browser, shopper: User, chief: User) -> None:
    address = f"/admin/user/{shopper.pk}/reveal"
    asked = changing.submit(changing.open(address), reason=" ")
    assert asked.status_code == 400
    assert "ada@example.com" not in asked.content.decode()
    shown = changing.submit(changing.open(address), reason="ticket 4711")
    assert "ada@example.com" in page_of(shown).text
    assert "+2348031234567" in page_of(shown).text
    assert "on record" in page_of(shown).texts["form-alert"]
    assert shown["Cache-Control"] == "no-store"
    facts = {"by": pseudonym_of(chief.pk), "because": "ticket 4711"}
    assert _recorded(Event.USER_REVEALED).detail == facts
    assert "ada@example.com" not in changing.open(f"/admin/user/{shopper.pk}").content.decode()


# --- Who may not --------------------------------------------------------------------------------------------------------
def _acts_on(shopper: User) -> list[str]:
    client = Client.objects.get(client_id="third-web")
    consent = Consent.objects.create(user=shopper, client=client, scopes=["email"], granted_at=clock.now())
    session = SsoSession.objects.filter(user=shopper).latest("id")
    # Something for a reset to take away; one that ends no session.
    with_passkey(shopper, made_by_browser=True)
    return [
        f"/admin/user/{shopper.pk}/disable", f"/admin/user/{shopper.pk}/end-sessions", f"/admin/ssosession/{session.pk}/end",
        f"/admin/consent/{consent.pk}/withdraw", f"/admin/client/{client.pk}/switch-off",
        f"/admin/user/{shopper.pk}/reset-factors",
    ]  # fmt: skip


def _state() -> list[Any]:
    """Everything an act or a forged form could change."""
    tables: tuple[Any, ...] = (User, SsoSession, Consent, Client, Passkey)
    # A session that is used moves its idle end.
    return [sorted(model.objects.order_by("pk").values_list(*_columns(model)), key=str) for model in tables]


def _columns(model: Any) -> list[str]:  # noqa: ANN401 - a model class
    return [field.name for field in model._meta.concrete_fields if field.name != "last_seen_at"]


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLIENT, Role.VENDOR, *ADMINISTRATORS}])
def test_staff_of_other_roles_look_and_change_nothing(
    browser: Browser, shopper: User, make_user: Callable[..., User], role: Role
) -> None:
    other = make_user(role=role, email="other@example.com")
    User.objects.filter(pk=other.pk).update(is_superuser=True, is_staff=True)
    looking = signed_in(other)
    acts = _acts_on(shopper)
    before = _state()
    token = page_of(looking.open("/oauth2/logout")).fields["csrfmiddlewaretoken"]
    for address in acts:
        assert address not in page_of(looking.open(address.rpartition("/")[0])).links
        assert looking.http.get(address).status_code == 403
        refused = looking.http.post(address, {"csrfmiddlewaretoken": token})
        assert refused.status_code == 403
        assert "super administrator" in page_of(refused).texts["error-message"]
    assert _state() == before


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
def test_an_administrator_acts_on_people_and_on_nothing_else(
    browser: Browser, shopper: User, chief: User, make_user: Callable[..., User]
) -> None:
    warden = signed_in(make_user(role=Role.ADMIN, email="tunde@example.com"))
    for address in _acts_on(shopper):
        allowed = address.startswith(("/admin/user/", "/admin/ssosession/"))
        assert warden.http.get(address).status_code == (200 if allowed else 403)
    _do(warden, f"user/{shopper.pk}", "end-sessions")
    refused = warden.submit(warden.open(f"/admin/user/{chief.pk}/disable"), reason="ticket 4711")
    assert refused.status_code == 403
    assert "above yours" in page_of(refused).texts["error-message"]
    assert User.objects.get(pk=chief.pk).is_active


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.3")
def test_who_signed_in_long_ago_signs_in_again_before_an_act(
    browser: Browser, changing: Browser, chief: User, shopper: User
) -> None:
    acts = _acts_on(shopper)
    questions = {address: changing.open(address) for address in acts}
    SsoSession.objects.filter(user=chief).update(auth_time=clock.now() - clock.seconds(601))
    before = _state()
    for address in acts:
        token = page_of(questions[address]).fields["csrfmiddlewaretoken"]
        for answer in (
            changing.http.get(address),
            changing.http.post(address, {"csrfmiddlewaretoken": token, "reason": "ticket 4711"}),
        ):
            assert answer.status_code == 303
            assert answer["Location"] == f"/login?next={address.replace('/', '%2F')}&fresh=1"
    assert _state() == before


def test_a_stranger_and_a_shopper_change_nothing(browser: Browser, stranger: Browser, shopper: User) -> None:
    acts = _acts_on(shopper)
    before = _state()
    for visitor, status in ((browser, 403), (stranger, 303)):
        page = visitor.open("/oauth2/logout" if visitor is browser else SPA.authorize_url(Pkce()))
        token = page_of(page).fields["csrfmiddlewaretoken"]
        assert {visitor.http.post(address, {"csrfmiddlewaretoken": token}).status_code for address in acts} == {status}
    assert _state() == before


def test_an_act_needs_the_token_of_its_own_question(changing: Browser, browser: Browser, shopper: User) -> None:
    acts = _acts_on(shopper)
    before = _state()
    for address in acts:
        assert changing.http.get(address).status_code == 200
        refused = changing.http.post(address, {})
        assert refused.status_code == 403
        assert page_of(refused).texts["error-code"] == "csrf_failed"
    assert _state() == before


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.3")
@pytest.mark.parametrize(
    "path", ["user/", "user/{user}", "client/", "client/{client}", "ssosession/", "consent/", "securityevent/"]
)
@pytest.mark.parametrize("visitor", ["looking", "changing"])
def test_forged_forms_change_nothing(path: str, visitor: str, shopper: User, looking: Browser, changing: Browser) -> None:
    browser = {"looking": looking, "changing": changing}[visitor]
    client = Client.objects.get(client_id="third-web")
    token = page_of(browser.open("/oauth2/logout")).fields["csrfmiddlewaretoken"]
    before = _state()
    # What Django's admin would take: a bulk edit, a bulk deletion, a whole form with members nobody offered.
    forged = {
        "csrfmiddlewaretoken": token, "_save": "Save", "action": "delete_selected", "_selected_action": str(shopper.pk),
        "select_across": "1", "index": "0", "post": "yes", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1",
        "form-0-id": str(shopper.pk), "form-0-is_active": "", "form-0-DELETE": "on", "is_staff": "on", "is_superuser": "on",
        "role": "super_admin", "password": "chosen-by-staff", "password1": "chosen-by-staff", "email": "thief@example.com",
        "email_verified": "on", "client_secret": "known", "skip_authorization": "on", "redirect_uris": "https://thief.example/cb",
        "user": str(shopper.pk), "scopes": "[]",
    }  # fmt: skip
    answer = browser.http.post(f"/admin/{path.format(user=shopper.pk, client=client.pk)}", forged)
    assert answer.status_code == 405
    assert page_of(answer).texts["error-message"]
    assert _state() == before


def test_members_sent_with_an_act_are_not_read(changing: Browser, shopper: User) -> None:
    page = changing.open(f"/admin/user/{shopper.pk}/end-sessions")
    changing.submit(page, reason="x1", is_staff="on", role="super_admin", password="chosen-by-staff", is_active="")
    after = User.objects.get(pk=shopper.pk)
    assert (after.is_staff, after.role, after.is_active, after.password) == (False, "client", True, shopper.password)
