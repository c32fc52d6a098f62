"""Who may take data along or end an account, and what each choice leaves behind."""

import json
import uuid
from dataclasses import replace

import pytest
from django.conf import settings

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.actor import acting
from idp.audit.models import SecurityEvent
from idp.audit.selectors import list_events
from idp.audit.services import record
from idp.audit.types import Event
from idp.authenticators.errors import SessionOver
from idp.authenticators.tests.conftest import age, session_of, signed_in, with_app
from idp.conftest import PASSWORD
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.login.models import KnownDevice, SsoSession
from idp.login.strength import FRESH_SECONDS
from idp.mfa.recovery_codes.models import RecoveryCode
from idp.mfa.remembered_device.models import RememberedDevice
from idp.mfa.remembered_device.services.remember import remember
from idp.outbox.models import Message
from idp.privacy.errors import AlreadyClosing, ConfirmFirst, NotClosing, TextChanged, TooManyExports, UseRestricted
from idp.privacy.models import ConsentRecord
from idp.privacy.services.choose import choose_marketing, choose_restriction
from idp.privacy.services.close_account import close_account, keep_account
from idp.privacy.services.export_data import EXPORTS, export_data
from idp.privacy.texts import MARKETING_VERSION

pytestmark = pytest.mark.django_db


def actor_of(person: User) -> AuthContext:
    """A fresh sign-in of this person."""
    signed_in(person)
    return session_of(person).context


def events_of(person: User) -> list[str]:
    return [event.event for event in list_events(user_id=person.pk)]


# --- A stolen session does neither ------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.3")
@pytest.mark.parametrize("act", [export_data, close_account])
def test_an_old_sign_in_takes_nothing_along_and_ends_nothing(ada: User, act: object) -> None:
    signed_in(ada)
    age(ada, FRESH_SECONDS + 1)
    with pytest.raises(ConfirmFirst, match="signed in"):
        act(actor=session_of(ada).context)  # type: ignore[operator]
    ada.refresh_from_db()
    assert ada.erasure_due_at is None
    assert Event.DATA_EXPORTED not in events_of(ada)


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.3")
@pytest.mark.parametrize("act", [export_data, close_account])
def test_a_password_alone_is_not_enough_where_there_is_an_app(ada: User, act: object) -> None:
    actor = actor_of(ada)
    with_app(ada)
    SsoSession.objects.filter(pk=actor.sid).update(ended_at=None, end_reason="")
    with pytest.raises(ConfirmFirst):
        act(actor=actor)  # type: ignore[operator]


@pytest.mark.parametrize("act", [export_data, close_account])
def test_a_session_that_ended_meanwhile_does_nothing(ada: User, act: object) -> None:
    actor = replace(actor_of(ada), sid=uuid.uuid4())
    with pytest.raises(SessionOver):
        act(actor=actor)  # type: ignore[operator]


# --- Export -----------------------------------------------------------------------------------------------------------
def test_the_export_holds_everything_and_no_secret(ada: User) -> None:
    app = with_app(ada, "My phone")
    signed_in(ada, app)
    remember(user=ada, presented="", user_agent="Firefox/1")
    exported = export_data(actor=session_of(ada).context).model_dump(mode="json")
    assert (exported["sub"], exported["profile"]["email"]) == (str(ada.pk), "ada@example.com")
    (factor,) = exported["authenticators"]["authenticators"]
    assert (factor["name"], len(exported["sessions"]), len(exported["known_devices"])) == ("My phone", 1, 1)
    assert {"user_created", "login_succeeded", "data_exported"} <= {event["event"] for event in exported["security_events"]}
    text = json.dumps(exported)
    ada.refresh_from_db()
    secrets = [ada.password, str(app.secret), ada.email_index, PASSWORD, KnownDevice.objects.get().digest]
    secrets.append(RememberedDevice.objects.get().digest)
    assert [device["user_agent"] for device in exported["remembered_devices"]] == ["Firefox/1"]
    secrets += RecoveryCode.objects.values_list("digest", flat=True)
    assert not [secret for secret in secrets if str(secret) in text]


def test_every_column_of_an_account_is_exported_or_left_out_on_purpose(ada: User) -> None:
    # A column that is new has to be decided on.
    left_out = {"id", "password", "is_superuser", "email_index", "phone_number_index"}
    elsewhere = {"erasure_due_at", "restricted_at", "marketing_allowed"}
    exported = export_data(actor=actor_of(ada))
    assert {field.name for field in User._meta.fields} == {*exported.profile} | left_out | elsewhere


def test_the_export_is_silent_about_others(ada: User, make_user: object) -> None:
    other = make_user(email="other@example.com")  # type: ignore[operator]
    with acting(other.pk):
        record(event=Event.USER_UPDATED, user_id=ada.pk, detail={"reason": "asked"})
    record(event=Event.USER_UPDATED, user_id=other.pk, detail={"reason": "not hers"})
    (told,) = [event for event in export_data(actor=actor_of(ada)).security_events if event.event == Event.USER_UPDATED]
    assert told.detail == {"reason": "asked"}


def test_three_exports_a_day(ada: User) -> None:
    actor = actor_of(ada)
    for _ in range(EXPORTS):
        export_data(actor=actor)
    with pytest.raises(TooManyExports) as refused:
        export_data(actor=actor)
    assert 0 < (refused.value.retry_after or 0) <= 24 * 3600
    assert events_of(ada).count(Event.DATA_EXPORTED) == EXPORTS


# --- Deletion ---------------------------------------------------------------------------------------------------------
def test_asking_for_deletion_ends_everything_and_can_be_taken_back(ada: User) -> None:
    remember(user=ada, presented="", user_agent="")
    due_at = close_account(actor=actor_of(ada))
    assert not RememberedDevice.objects.exists()
    assert (due_at - clock.now()).days in {settings.IDP_ERASURE_DAYS - 1, settings.IDP_ERASURE_DAYS}
    assert SsoSession.objects.get(user=ada).end_reason == "deletion_requested"
    assert not KnownDevice.objects.filter(user=ada).exists()

    # Signing in again is possible, asking twice is not, and the first date stays.
    actor = actor_of(ada)
    with pytest.raises(AlreadyClosing):
        close_account(actor=actor)
    assert User.objects.get(pk=ada.pk).erasure_due_at == due_at
    keep_account(actor=actor)
    assert User.objects.get(pk=ada.pk).erasure_due_at is None
    assert events_of(ada)[0] == Event.DELETION_CANCELLED
    with pytest.raises(NotClosing):
        keep_account(actor=actor)


def test_an_account_shut_for_erasure_is_not_kept_any_more(ada: User) -> None:
    close_account(actor=actor_of(ada))
    actor = actor_of(ada)
    set_active(user_id=ada.pk, active=False)
    with pytest.raises(NotClosing):
        keep_account(actor=actor)


@pytest.mark.parametrize(("act", "words"), [(export_data, "downloaded"), (close_account, "deleted")])
def test_every_verified_address_is_told_and_no_other(ada: User, act: object, words: str) -> None:
    ada.phone_number, ada.phone_number_verified = "+2348031234567", True
    ada.save()
    actor = actor_of(ada)
    Message.objects.all().delete()
    act(actor=actor)  # type: ignore[operator]
    told = {
        json.loads(str(message.payload))["to"]: str(message.payload)
        for message in Message.objects.exclude(kind="oidc.logout_notice")
    }
    assert set(told) == {"ada@example.com", "+2348031234567"}
    assert all(words in payload for payload in told.values())

    # One that is not verified may be somebody else's.
    User.objects.filter(pk=ada.pk).update(phone_number_verified=False, erasure_due_at=None)
    actor = actor_of(ada) if act is close_account else actor
    Message.objects.all().delete()
    act(actor=actor)  # type: ignore[operator]
    assert {json.loads(str(message.payload))["to"] for message in Message.objects.all()} == {"ada@example.com"}


# --- Choices ----------------------------------------------------------------------------------------------------------
def test_consent_is_recorded_with_the_version_of_the_words(ada: User) -> None:
    actor = actor_of(ada)
    for allowed in (True, True, False):
        choose_marketing(actor=actor, allowed=allowed, text_version=MARKETING_VERSION)
    said = ConsentRecord.objects.filter(user=ada).order_by("at").values_list("purpose", "given", "text_version")
    assert list(said) == [("marketing", True, MARKETING_VERSION), ("marketing", False, MARKETING_VERSION)]
    assert str(ConsentRecord.objects.first()) == f"marketing {MARKETING_VERSION}"
    assert events_of(ada)[:2] == [Event.MARKETING_WITHDRAWN, Event.MARKETING_ALLOWED]
    assert SecurityEvent.objects.get(event=Event.MARKETING_ALLOWED).detail == {"text_version": MARKETING_VERSION}


def test_nobody_consents_to_words_of_another_version_but_anybody_takes_consent_back(ada: User) -> None:
    actor = actor_of(ada)
    with pytest.raises(TextChanged):
        choose_marketing(actor=actor, allowed=True, text_version="2020-01-01")
    choose_marketing(actor=actor, allowed=True, text_version=MARKETING_VERSION)
    assert not choose_marketing(actor=actor, allowed=False, text_version="2020-01-01").marketing_allowed


def test_a_restriction_takes_news_back_and_forbids_them(ada: User) -> None:
    actor = actor_of(ada)
    choose_marketing(actor=actor, allowed=True, text_version=MARKETING_VERSION)
    restricted = choose_restriction(actor=actor, restricted=True)
    assert (restricted.restricted_at is not None, restricted.marketing_allowed) == (True, False)
    with pytest.raises(UseRestricted):
        choose_marketing(actor=actor, allowed=True, text_version=MARKETING_VERSION)
    assert choose_restriction(actor=actor, restricted=False).restricted_at is None
    assert events_of(ada)[:3] == [Event.RESTRICTION_LIFTED, Event.MARKETING_WITHDRAWN, Event.PROCESSING_RESTRICTED]


def test_a_disabled_account_chooses_nothing(ada: User) -> None:
    actor = actor_of(ada)
    set_active(user_id=ada.pk, active=False)
    with pytest.raises(SessionOver):
        choose_restriction(actor=actor, restricted=True)
