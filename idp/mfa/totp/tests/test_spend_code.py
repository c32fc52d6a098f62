"""A code counts once: not again, not an earlier one, not in parallel, not for somebody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from idp.accounts.models import User
from idp.audit.selectors import list_events
from idp.mfa.errors import FactorRefused, NoSuchFactor
from idp.mfa.totp.secret import STEP_SECONDS
from idp.mfa.totp.selectors import confirmed, confirmed_ids
from idp.mfa.totp.services.manage import remove, rename
from idp.mfa.totp.services.spend_code import spend_code
from idp.mfa.totp.tests.conftest import START, Clock, Enrolled, MakeUser, code_of


@pytest.mark.spec("RFC 6238", "5.2")
def test_a_code_is_spent_once(user: User, enrol: Enrolled) -> None:
    app = enrol(user)
    assert spend_code(user_id=user.pk, code=code_of(app, START)).pk == app.pk
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=code_of(app, START))


@pytest.mark.spec("RFC 6238", "5.2")
def test_an_earlier_code_is_spent_with_a_later_one(user: User, enrol: Enrolled, at_start: Clock) -> None:
    app = enrol(user)
    spend_code(user_id=user.pk, code=code_of(app, START + 30))
    for earlier in (START - 30, START):
        with pytest.raises(FactorRefused):
            spend_code(user_id=user.pk, code=code_of(app, earlier))
    at_start.move_to(START + 60)
    spend_code(user_id=user.pk, code=code_of(app, START + 60))
    app.refresh_from_db()
    assert app.last_step == (START + 60) // STEP_SECONDS


def test_each_app_of_a_person_proves_them(user: User, enrol: Enrolled) -> None:
    phone, tablet = enrol(user, "Phone"), enrol(user, "Tablet")
    assert spend_code(user_id=user.pk, code=code_of(tablet, START)).pk == tablet.pk
    assert spend_code(user_id=user.pk, code=code_of(phone, START)).pk == phone.pk
    assert confirmed(user.pk).get(pk=tablet.pk).last_used_at is not None


def test_a_code_of_somebody_else_proves_nothing(user: User, make_user: MakeUser, enrol: Enrolled) -> None:
    other = make_user()
    app = enrol(other)
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=code_of(app, START))


def test_what_is_removed_proves_nothing(user: User, enrol: Enrolled) -> None:
    app = enrol(user)
    remove(user_id=user.pk, authenticator_id=app.pk)
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=code_of(app, START))
    assert not confirmed_ids(user.pk)
    with pytest.raises(NoSuchFactor):
        remove(user_id=user.pk, authenticator_id=app.pk)
    assert list_events(user_id=user.pk)[0].event == "factor_removed"


def test_only_its_owner_renames_or_removes_it(user: User, make_user: MakeUser, enrol: Enrolled) -> None:
    other = make_user()
    app = enrol(user)
    with pytest.raises(NoSuchFactor):
        rename(user_id=other.pk, authenticator_id=app.pk, name="Mine")
    with pytest.raises(NoSuchFactor):
        remove(user_id=other.pk, authenticator_id=app.pk)
    rename(user_id=user.pk, authenticator_id=app.pk, name="My phone")
    assert [row.name for row in confirmed(user.pk)] == ["My phone"]
    assert list_events(user_id=user.pk)[0].event == "factor_renamed"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_requests_with_one_code_exactly_one_is_believed(user: User, enrol: Enrolled) -> None:
    code = code_of(enrol(user), START)

    def spend(_number: int) -> bool:
        try:
            spend_code(user_id=user.pk, code=code)
        except FactorRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(max_workers=20) as pool:
        assert sum(pool.map(spend, range(20))) == 1
