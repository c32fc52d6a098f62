"""Every change of factors and password is told to the person, in its transaction, at an address that is proven."""

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from idp.accounts.models import User
from idp.accounts.receivers import TOLD
from idp.accounts.services.change_password import store_password
from idp.audit.services import record
from idp.audit.types import Event
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.recovery_codes.services.spend_code import spend_code
from idp.outbox.errors import OutsideTransaction
from idp.outbox.inbox import list_sent

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "6.3.7")]

FACTOR = {"kind": "passkey", "factor": "0198", "aaguid": "x"}
DETAILS: dict[Event, dict[str, str]] = {
    Event.FACTOR_ADDED: FACTOR,
    Event.FACTOR_REMOVED: FACTOR,
    Event.RECOVERY_CODE_USED: {"left": "7"},
    Event.UPSTREAM_LINKED: {"provider": "Google", "via": "sign-in"},
    Event.UPSTREAM_UNLINKED: {"provider": "Google"},
}
WORDS = {
    Event.FACTOR_ADDED: ("A sign-in method was added to your account", "a passkey"),
    Event.FACTOR_REMOVED: ("A sign-in method was removed from your account", "a passkey"),
    Event.FACTORS_RESET: ("Your sign-in methods were reset", "Our support removed your authenticator apps"),
    Event.RECOVERY_CODES_MADE: ("New recovery codes were made for your account", "Older ones do not work any more."),
    Event.RECOVERY_CODE_USED: ("A recovery code of your account was used", "Unused codes left: 7."),
    Event.UPSTREAM_LINKED: ("Google now signs you in to your account", "Whoever can sign in there can sign in here."),
    Event.UPSTREAM_UNLINKED: ("Google no longer signs you in to your account", "was disconnected from your account here"),
    Event.PASSWORD_CHANGED: ("Your password was changed", "The password of your account was changed just now."),
}


def test_there_are_words_for_each() -> None:
    assert set(WORDS) == TOLD


@pytest.mark.parametrize("event", sorted(TOLD))
def test_each_change_is_one_mail(user: User, event: Event) -> None:
    record(event=event, user_id=user.pk, detail=DETAILS.get(event))
    (mail,) = list_sent()
    subject, sentence = WORDS[event]
    assert (mail.channel, mail.to, mail.subject) == ("mail", user.email, subject)
    assert sentence in mail.text


def test_what_is_no_change_tells_nothing(user: User) -> None:
    for event in set(Event) - TOLD:
        record(event=event, user_id=user.pk)
    record(event=Event.FACTOR_REMOVED, user_id=uuid.uuid4())
    record(event=Event.FACTOR_REMOVED)
    assert list_sent() == ()


@pytest.mark.parametrize("event", sorted(TOLD))
def test_without_a_proven_mail_address_the_proven_number_is_texted(make_user: Callable[..., User], event: Event) -> None:
    user = make_user(phone_number="+2348012345678", phone_number_verified=True)
    record(event=event, user_id=user.pk, detail=DETAILS.get(event))
    (text,) = list_sent()
    assert (text.channel, text.to) == ("sms", "+2348012345678")
    assert "Not you?" in text.text


def test_an_address_that_nobody_proved_is_told_nothing(make_user: Callable[..., User]) -> None:
    user = make_user(email="new@example.com", email_verified=False)
    record(event=Event.PASSWORD_CHANGED, user_id=user.pk)
    assert list_sent() == ()


def test_the_real_changes_tell_and_hold_no_secret(user: User) -> None:
    codes = regenerate(user_id=user.pk)
    spend_code(user_id=user.pk, code=codes[0])
    store_password(user=user, prepared="!new", via="test")
    told = list_sent()
    assert [mail.subject for mail in told] == [
        "Your password was changed",
        "A recovery code of your account was used",
        "New recovery codes were made for your account",
    ]
    assert not [code for code in codes for mail in told if code in mail.text or code in mail.html]


def test_a_change_that_is_rolled_back_tells_nothing(user: User) -> None:
    with transaction.atomic():
        regenerate(user_id=user.pk)
        transaction.set_rollback(True)
    assert list_sent() == ()


@pytest.mark.django_db(transaction=True)
def test_news_belong_to_the_transaction_of_the_change(user: User) -> None:
    with pytest.raises(OutsideTransaction):
        record(event=Event.FACTOR_REMOVED, user_id=user.pk, detail=FACTOR)
