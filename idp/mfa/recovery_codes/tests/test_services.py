"""A set of recovery codes: shown once, each spent once, all void when a new set is made."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.selectors import list_events
from idp.core.errors import Forbidden
from idp.mfa.errors import FactorRefused
from idp.mfa.recovery_codes.models import RecoveryCode
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import SET_SIZE, regenerate
from idp.mfa.recovery_codes.services.spend_code import spend_code


@pytest.mark.spec("OWASP ASVS 5.0", "6.5.1")
def test_each_code_works_once(user: User) -> None:
    codes = regenerate(user_id=user.pk)
    assert (len(set(codes)), codes_left(user.pk)) == (SET_SIZE, SET_SIZE)
    assert spend_code(user_id=user.pk, code=codes[0]) == SET_SIZE - 1
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=codes[0])
    assert spend_code(user_id=user.pk, code=codes[1].lower()) == SET_SIZE - 2
    assert [event.event for event in list_events(user_id=user.pk)][:3] == [
        "recovery_code_used", "recovery_code_used", "recovery_codes_made",
    ]  # fmt: skip


def test_a_new_set_voids_the_old_one(user: User) -> None:
    old = regenerate(user_id=user.pk)
    new = regenerate(user_id=user.pk)
    for code in old:
        with pytest.raises(FactorRefused):
            spend_code(user_id=user.pk, code=code)
    assert spend_code(user_id=user.pk, code=new[0]) == SET_SIZE - 1


def test_a_code_is_its_owners_alone(user: User, make_user: Callable[..., User]) -> None:
    codes = regenerate(user_id=user.pk)
    with pytest.raises(FactorRefused):
        spend_code(user_id=make_user().pk, code=codes[0])
    assert codes_left(user.pk) == SET_SIZE


@pytest.mark.parametrize("typed", ["", "AAAAAA-AAAAAA-AAAAAA-AAAAAA", "nonsense", "\x00"])
def test_anything_else_is_refused(user: User, typed: str) -> None:
    regenerate(user_id=user.pk)
    with pytest.raises(FactorRefused):
        spend_code(user_id=user.pk, code=typed)


def test_nothing_of_a_code_lies_in_the_table(user: User) -> None:
    codes = regenerate(user_id=user.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {RecoveryCode._meta.db_table}")  # noqa: S608 - our own table's name
        stored = str(cursor.fetchall()).upper()
    assert not any(part in stored for code in codes for part in (code, code.replace("-", ""), code[:13]))


def test_a_disabled_account_gets_none(user: User) -> None:
    set_active(user_id=user.pk, active=False)
    with pytest.raises(Forbidden):
        regenerate(user_id=user.pk)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_requests_with_one_code_exactly_one_is_believed(user: User) -> None:
    code = regenerate(user_id=user.pk)[0]

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
    assert codes_left(user.pk) == SET_SIZE - 1
