"""Support takes the second factors of somebody away who lost them: all of them, on the record, and everybody is signed out."""

import uuid
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.login.models import KnownDevice, SsoSession
from idp.login.tests.browser import Browser
from idp.login.tests.passkeys import with_passkey
from idp.mfa.errors import NothingToReset, NotStaff, ReasonRefused
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.reset import reset_factors
from idp.mfa.standing import standing_of
from idp.mfa.totp.services.enrol import begin_enrolment, pending_enrolment
from idp.outbox.inbox import list_sent

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "6.4.4")]


@pytest.fixture
def kemi(make_user: Callable[..., User]) -> User:
    """A member of staff who answers for resets."""
    return make_user(email="kemi@example.com", role=Role.SUPPORT)


def told() -> list[str]:
    return [mail.subject for mail in list_sent() if "reset" in mail.subject]


def test_nothing_of_them_is_left_and_nobody_is_signed_in(signed_in: Browser, ada: User, kemi: User) -> None:
    with_passkey(ada, made_by_browser=True)
    pending = begin_enrolment(user_id=ada.pk, name="Phone")
    regenerate(user_id=ada.pk)
    assert SsoSession.objects.get(user=ada).ended_at is None
    assert KnownDevice.objects.filter(user=ada).exists()

    reset_factors(user_id=ada.pk, reason=" ticket\n4711 ", by=kemi.pk)
    assert standing_of(ada.pk).factors == frozenset()
    assert pending_enrolment(user_id=ada.pk, authenticator_id=pending.pk) is None
    assert codes_left(ada.pk) == 0
    assert SsoSession.objects.get(user=ada).end_reason == "factors_changed"
    assert signed_in.whoami()["user"] is None
    assert not KnownDevice.objects.filter(user=ada).exists()
    event = SecurityEvent.objects.get(event=Event.FACTORS_RESET)
    facts = {"reason": "ticket 4711", "removed": "12", "by": pseudonym_of(kemi.pk)}
    assert (event.pseudonym, event.detail) == (pseudonym_of(ada.pk), facts)
    assert told() == ["Your sign-in methods were reset"]


def test_it_is_this_person_s_factors_only(ada: User, bola: User, kemi: User) -> None:
    with_passkey(ada)
    with_passkey(bola)
    regenerate(user_id=bola.pk)
    reset_factors(user_id=ada.pk, reason="x", by=kemi.pk)
    assert len(standing_of(bola.pk).factors) == 1
    assert codes_left(bola.pk) > 0


def test_where_nothing_is_there_nothing_happens(signed_in: Browser, ada: User, kemi: User) -> None:
    with pytest.raises(NothingToReset):
        reset_factors(user_id=ada.pk, reason="x", by=kemi.pk)
    assert signed_in.whoami()["user"] == str(ada.pk)
    with_passkey(ada)
    set_active(user_id=ada.pk, active=False)
    with pytest.raises(NothingToReset):
        reset_factors(user_id=ada.pk, reason="x", by=kemi.pk)
    assert not SecurityEvent.objects.filter(event=Event.FACTORS_RESET).exists()


@pytest.mark.parametrize("reason", ["", " \n ", "\x00\u200b", "-", "x" * 201])
def test_a_reset_says_why(ada: User, kemi: User, reason: str) -> None:
    with_passkey(ada)
    with pytest.raises(ReasonRefused) as refused:
        reset_factors(user_id=ada.pk, reason=reason, by=kemi.pk)
    assert "why" in str(refused.value.fields["reason"][0])
    assert len(standing_of(ada.pk).factors) == 1


def test_an_enabled_member_of_staff_answers_for_it(ada: User, bola: User, kemi: User) -> None:
    with_passkey(ada)
    set_active(user_id=kemi.pk, active=False)
    # A customer, a member of staff who left, nobody.
    for by in (bola.pk, kemi.pk, uuid.uuid4()):
        with pytest.raises(NotStaff):
            reset_factors(user_id=ada.pk, reason="ticket 4711", by=by)
    assert len(standing_of(ada.pk).factors) == 1
    assert not SecurityEvent.objects.filter(event=Event.FACTORS_RESET).exists()


# --- The command ------------------------------------------------------------------------------------------------------
def test_the_command_says_what_it_did(ada: User, kemi: User) -> None:
    with_passkey(ada)
    said = StringIO()
    call_command("reset_factors", "ADA@example.com", "--reason", "ticket 4711", "--by", "Kemi@example.com", stdout=said)
    assert said.getvalue().startswith("Every second factor of this account is gone")
    assert standing_of(ada.pk).factors == frozenset()
    assert SecurityEvent.objects.get(event=Event.FACTORS_RESET).detail["by"] == pseudonym_of(kemi.pk)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("ada@example.com", " ", "kemi@example.com"), "Please say why"),
        (("nobody@example.com", "x", "kemi@example.com"), "nobody@example.com: No account has this email address"),
        (("ada@example.com", "x", "nobody@example.com"), "nobody@example.com: No account has this email address"),
        (("not an address", "x", "kemi@example.com"), "."),
        (("ada@example.com", "x", "ada@example.com"), "must be a member of staff"),
        (("ada@example.com", "x", "kemi@example.com"), "nothing to reset"),
    ],
)
def test_the_command_refuses_in_a_sentence(ada: User, kemi: User, words: tuple[str, str, str], sentence: str) -> None:
    identifier, reason, by = words
    with pytest.raises(CommandError) as refused:
        call_command("reset_factors", identifier, "--reason", reason, "--by", by)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("missing", ["--reason", "--by"])
def test_the_command_wants_to_know_who_and_why(ada: User, missing: str) -> None:
    given = {"--reason": "ticket 4711", "--by": "kemi@example.com"}
    del given[missing]
    with pytest.raises(CommandError, match=missing):
        call_command("reset_factors", "ada@example.com", *(word for pair in given.items() for word in pair))
