"""What each act does: to the account, its sessions and tokens, the audit trail, the receivers of events, and to whom we write."""

import re
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import authenticate_user
from idp.accounts.types import AddressKind
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.conftest import PASSWORD
from idp.login.models import KnownDevice, SsoSession
from idp.mfa.standing import standing_of
from idp.oidc.events.vocabulary import UserEventName, news_of
from idp.oidc.models import Client, EventReceiver, UserEvent
from idp.oidc.tests.fixtures import signed_in
from idp.outbox.inbox import list_sent
from idp.privacy.selectors import export_of
from idp.recovery.services.recover import pending_recovery, recover
from idp.tests.journey import Browser
from idp.tests.parties import DEMO_API, SPA, introspect, obtain_tokens
from idp.tests.totp_app import with_app
from idp.user_admin.errors import NoSuchAddress, NoSuchSession, NowhereToWrite
from idp.user_admin.services.confirm_address import confirm_address
from idp.user_admin.services.reset_factors import reset_factors
from idp.user_admin.services.reset_password import reset_password
from idp.user_admin.services.reveal import reveal
from idp.user_admin.services.sign_out import end_all_sessions, end_one_session
from idp.user_admin.services.standing import change_role, reactivate, suspend
from idp.user_admin.tests.conftest import REASON, ordered

pytestmark = pytest.mark.usefixtures("receiver")


@pytest.fixture
def receiver(clients: None) -> None:
    """Somebody who wants to hear everything."""
    EventReceiver.objects.create(
        client=Client.objects.get(client_id="fashionistar-backend"),
        endpoint="https://api.fashionistar.net/events",
        events=[name.value for name in UserEventName],
        scopes=[],
        secret="s" * 40,
    )


def _answered_for(event: Event, by: User, upon: User) -> SecurityEvent:
    """The row of the trail, which says whom, who, and why."""
    row = SecurityEvent.objects.filter(event=event).latest("at")
    assert row.pseudonym == pseudonym_of(upon.pk)
    assert (row.detail["by"], row.detail["because"]) == (pseudonym_of(by.pk), REASON)
    return row


def _told(person: User) -> list[str]:
    """Subjects of the mail to this person, oldest first."""
    return [sent.subject for sent in reversed(list_sent()) if sent.to == person.email]


def _news() -> list[str]:
    return list(UserEvent.objects.order_by("number").values_list("name", flat=True))


def test_a_suspension_ends_everything_and_is_told(browser: Browser, shopper: User, chief: User) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert suspend(ordered(chief, shopper))
    assert introspect(DEMO_API, token) == {"active": False}
    assert not SsoSession.objects.filter(user=shopper, ended_at=None).exists()
    _answered_for(Event.USER_DEACTIVATED, chief, shopper)
    _answered_for(Event.SESSION_ENDED, chief, shopper)
    assert UserEventName.SUSPENDED in _news()
    assert _told(shopper) == ["Your account was suspended"]
    # Once more changes and says nothing.
    rows = SecurityEvent.objects.count()
    assert not suspend(ordered(chief, shopper))
    assert (SecurityEvent.objects.count(), len(_told(shopper))) == (rows, 1)


def test_the_end_of_a_suspension(shopper: User, chief: User) -> None:
    suspend(ordered(chief, shopper))
    assert reactivate(ordered(chief, shopper))
    assert User.objects.get(pk=shopper.pk).is_active
    _answered_for(Event.USER_REACTIVATED, chief, shopper)
    assert UserEventName.REACTIVATED in _news()
    assert _told(shopper)[-1] == "Your account can be used again"
    assert not reactivate(ordered(chief, shopper))


def test_another_role_ends_sessions_and_tokens(browser: Browser, shopper: User, chief: User) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert change_role(ordered(chief, shopper), role=Role.SUPPORT)
    after = User.objects.get(pk=shopper.pk)
    assert (after.role, after.is_staff) == (Role.SUPPORT, True)
    assert introspect(DEMO_API, token) == {"active": False}
    _answered_for(Event.USER_UPDATED, chief, shopper)
    assert UserEventName.ROLE_CHANGED in _news()
    assert _told(shopper) == ["The kind of your account was changed"]
    assert not change_role(ordered(chief, after), role=Role.SUPPORT)


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.6")
def test_a_forced_password_is_chosen_by_its_owner_alone(browser: Browser, shopper: User, chief: User) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    reset_password(ordered(chief, shopper))
    # The old one is dead at once, with everything it had opened, and no browser is known any more.
    after = User.objects.get(pk=shopper.pk)
    assert not after.has_usable_password()
    credentials = Credentials(identifier=str(shopper.email), password=SecretStr(PASSWORD))
    assert not authenticate_user(credentials=credentials).user
    assert introspect(DEMO_API, token) == {"active": False}
    assert not KnownDevice.objects.filter(user=shopper).exists()
    _answered_for(Event.PASSWORD_CHANGED, chief, shopper)
    assert UserEventName.PASSWORD_CHANGED in _news()
    # Two mails: what happened, and the way on.
    assert _told(shopper) == ["Your account needs a new password", "Choose a new password"]
    mail = next(sent for sent in list_sent() if sent.subject == "Choose a new password")
    assert "Our staff took the password" in mail.text
    (key,) = re.findall(r"/recover/(fst_pr_\S+)", mail.text)
    assert pending_recovery(key=key).name == shopper.email
    recover(key=key, password=SecretStr("violin tractor umbrella"))
    assert User.objects.get(pk=shopper.pk).has_usable_password()


def test_receivers_hear_of_a_password_taken_away_as_revoked() -> None:
    ((_name, facts),) = news_of(Event.PASSWORD_CHANGED, {"via": "staff"}, None)
    assert facts["change_type"] == "revoke"
    ((_name, facts),) = news_of(Event.PASSWORD_CHANGED, {"via": "change"}, None)
    assert facts["change_type"] == "update"


@pytest.mark.parametrize("change", [{"is_active": False}, {"email_verified": False, "phone_number_verified": False}], ids=str)
def test_nobody_is_left_without_a_way_to_a_password(change: dict[str, bool], shopper: User, chief: User) -> None:
    User.objects.filter(pk=shopper.pk).update(**change)
    with pytest.raises(NowhereToWrite):
        reset_password(ordered(chief, shopper))
    assert User.objects.get(pk=shopper.pk).has_usable_password()


def test_a_phone_alone_is_sent_a_text(make_user: Callable[..., User], chief: User) -> None:
    person = make_user(phone_number="+2348030000002", phone_number_verified=True)
    reset_password(ordered(chief, person))
    (text,) = [sent for sent in list_sent() if sent.to == person.phone_number]
    assert "your old password does not work any more" in text.text


def test_the_first_confirmed_address_makes_the_account_its_owners(make_user: Callable[..., User], chief: User) -> None:
    person = make_user(email="zina@example.com", email_verified=False)
    assert confirm_address(ordered(chief, person), kind=AddressKind.EMAIL)
    after = User.objects.get(pk=person.pk)
    assert after.email_verified
    assert after.has_usable_password()
    assert _answered_for(Event.CONTACT_VERIFIED, chief, person).detail["via"] == "staff"
    assert UserEventName.VERIFIED in _news()
    assert _told(person) == ["An address of your account was confirmed"]
    assert not confirm_address(ordered(chief, person), kind=AddressKind.EMAIL)


def test_a_second_address_is_confirmed_beside_the_first(make_user: Callable[..., User], chief: User) -> None:
    person = make_user(email="zina@example.com", phone_number="+2348030000003")
    signed_in(person)
    assert confirm_address(ordered(chief, person), kind=AddressKind.PHONE_NUMBER)
    after = User.objects.get(pk=person.pk)
    assert after.phone_number_verified
    assert after.phone_number_verified_at is not None
    # Nothing was prepared by anybody else: sessions go on.
    assert SsoSession.objects.filter(user=person, ended_at=None).exists()
    _answered_for(Event.CONTACT_VERIFIED, chief, person)


def test_an_address_that_is_not_there(make_user: Callable[..., User], chief: User) -> None:
    person = make_user(email="zina@example.com")
    with pytest.raises(NoSuchAddress):
        confirm_address(ordered(chief, person), kind=AddressKind.PHONE_NUMBER)


def test_all_sessions_and_one_session(browser: Browser, shopper: User, chief: User) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    other = signed_in(shopper)
    first, second = SsoSession.objects.filter(user=shopper).order_by("created_at")
    end_one_session(ordered(chief, shopper), sid=first.pk)
    assert introspect(DEMO_API, token) == {"active": False}
    assert other.http.get("/api/v1/account/me").status_code == 200
    _answered_for(Event.SESSION_ENDED, chief, shopper)
    assert end_all_sessions(ordered(chief, shopper)) == 1
    assert other.http.get("/api/v1/account/me").status_code == 401
    assert SsoSession.objects.get(pk=second.pk).ended_at
    assert UserEventName.SESSION_REVOKED in _news()
    assert _told(shopper).count("You were signed out") == 2
    assert end_all_sessions(ordered(chief, shopper)) == 0


def test_a_session_of_somebody_else_is_none_of_this_account(browser: Browser, shopper: User, chief: User) -> None:
    own = SsoSession.objects.get(user=chief)
    with pytest.raises(NoSuchSession):
        end_one_session(ordered(chief, shopper), sid=own.pk)
    assert SsoSession.objects.get(pk=own.pk).ended_at is None


def test_second_factors_are_taken_away(make_user: Callable[..., User], chief: User) -> None:
    person = make_user(email="zina@example.com")
    with_app(person)
    reset_factors(ordered(chief, person))
    assert standing_of(person.pk).factors == frozenset()
    row = SecurityEvent.objects.get(event=Event.FACTORS_RESET)
    assert (row.detail["by"], row.detail["reason"]) == (pseudonym_of(chief.pk), REASON)
    assert _told(person)[-1] == "Your sign-in methods were reset"


@pytest.mark.spec("OWASP ASVS 5.0", "14.2.6")
def test_a_reveal_is_on_record_and_its_owner_reads_when(shopper: User, chief: User) -> None:
    shown = reveal(ordered(chief, shopper))
    assert (shown.email, shown.phone_number) == (shopper.email, shopper.phone_number)
    _answered_for(Event.USER_REVEALED, chief, shopper)
    told = [event for event in export_of(shopper).security_events if event.event == "user_revealed"]
    # Neither who of the staff it was, nor what they wrote for colleagues.
    assert [event.detail for event in told] == [{}]
