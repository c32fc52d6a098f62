"""Enrolling an authenticator app: it counts after its first code, and only the newest attempt can be confirmed."""

import uuid

import pytest
from django.db import connection
from pydantic import TypeAdapter, ValidationError

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.selectors import list_events
from idp.core import crypto
from idp.core.errors import Forbidden
from idp.mfa.errors import EnrolmentExpired, FactorRefused, TooManyFactors
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.selectors import confirmed, confirmed_ids
from idp.mfa.totp.services.enrol import ENROLMENT_SECONDS, begin_enrolment, confirm_enrolment
from idp.mfa.totp.services.spend_code import spend_code
from idp.mfa.totp.tests.conftest import START, Clock, Enrolled, MakeUser, code_of
from idp.mfa.types import MOST_OF_A_KIND, FactorName

pytestmark = pytest.mark.usefixtures("at_start")


def test_an_app_counts_once_its_first_code_came_back(user: User) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    assert not confirmed_ids(user.pk)
    done = confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code_of(begun, START))
    assert confirmed_ids(user.pk)
    assert (done.name, done.confirmed_at is not None) == ("Phone", True)
    newest = list_events(user_id=user.pk)[0]
    assert (newest.event, newest.detail) == ("factor_added", {"kind": "totp", "factor": str(done.pk)})


def test_what_is_not_confirmed_proves_nothing(user: User) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=code_of(begun, START))


def test_a_wrong_first_code_leaves_the_enrolment_open(user: User) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    with pytest.raises(FactorRefused):
        confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code_of(begun, START + 90))
    assert confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code_of(begun, START)).confirmed_at


def test_the_first_code_is_spent_by_the_enrolment(user: User) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    code = code_of(begun, START)
    confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code)
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=code)


def test_of_two_enrolments_begun_only_the_newest_can_be_confirmed(user: User) -> None:
    older = begin_enrolment(user_id=user.pk, name="Phone")
    newer = begin_enrolment(user_id=user.pk, name="Tablet")
    with pytest.raises(EnrolmentExpired):
        confirm_enrolment(user_id=user.pk, authenticator_id=older.pk, code=code_of(older, START))
    assert confirm_enrolment(user_id=user.pk, authenticator_id=newer.pk, code=code_of(newer, START)).name == "Tablet"
    assert TotpAuthenticator.objects.filter(user=user).count() == 1


def test_an_enrolment_runs_out(user: User, at_start: Clock) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    at_start.move_to(START + ENROLMENT_SECONDS + 1)
    with pytest.raises(EnrolmentExpired):
        confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code_of(begun, START + ENROLMENT_SECONDS + 1))


def test_nobody_confirms_what_somebody_else_began(user: User, make_user: MakeUser) -> None:
    other = make_user()
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    for stranger in (other.pk, uuid.uuid4()):
        with pytest.raises((EnrolmentExpired, Forbidden)):
            confirm_enrolment(user_id=stranger, authenticator_id=begun.pk, code=code_of(begun, START))


def test_a_second_confirmation_is_refused(user: User) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    code = code_of(begun, START)
    confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code)
    with pytest.raises(EnrolmentExpired):
        confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code)


def test_a_disabled_account_enrols_nothing(user: User) -> None:
    begun = begin_enrolment(user_id=user.pk, name="Phone")
    set_active(user_id=user.pk, active=False)
    with pytest.raises(Forbidden):
        begin_enrolment(user_id=user.pk, name="Phone")
    with pytest.raises(Forbidden):
        confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code_of(begun, START))


def test_there_is_an_end_to_how_many_one_person_has(user: User, enrol: Enrolled) -> None:
    for number in range(MOST_OF_A_KIND):
        enrol(user, f"App {number}")
    with pytest.raises(TooManyFactors):
        begin_enrolment(user_id=user.pk, name="One more")
    assert confirmed(user.pk).count() == MOST_OF_A_KIND


def test_the_secret_lies_sealed_to_its_row(user: User, enrol: Enrolled) -> None:
    one, other = enrol(user, "One"), enrol(user, "Other")
    table = TotpAuthenticator._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT secret FROM {table}")  # noqa: S608 - our own table's name
        stored = [row[0] for row in cursor.fetchall()]
        assert not any(str(one.secret) in text for text in stored)
        # Copied to another row it does not open: nobody with access to the table alone gives themselves a known secret.
        cursor.execute(f"UPDATE {table} SET secret = %s", [stored[0]])  # noqa: S608 - as above
    with pytest.raises(crypto.Unreadable):
        [str(row.secret) for row in TotpAuthenticator.objects.filter(pk__in=[one.pk, other.pk])]


@pytest.mark.parametrize("name", ["", " ", "\u200b", "x" * 65, "a\u0000b"])
def test_a_name_must_be_visible_and_short(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(FactorName).validate_python(name)
