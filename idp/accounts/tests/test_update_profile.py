"""`update_profile` below HTTP: one transaction, and changes at once do not undo each other."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.schemas import ProfileChange
from idp.accounts.services.update_profile import update_profile
from idp.audit.models import SecurityEvent


@pytest.mark.django_db
def test_there_must_be_such_an_account() -> None:
    with pytest.raises(NoSuchAccount):
        update_profile(user_id=uuid.uuid4(), change=ProfileChange(given_name="Ada"))
    assert not SecurityEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_all_stay_and_the_name_fits_its_parts(user: User) -> None:
    def change(member: str) -> None:
        try:
            update_profile(user_id=user.pk, change=ProfileChange.model_validate({member: member.title()}))
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(change, ["given_name", "middle_name", "family_name"] * 2))
    user.refresh_from_db()
    assert (user.given_name, user.middle_name, user.family_name) == ("Given_Name", "Middle_Name", "Family_Name")
    assert user.name == "Given_Name Middle_Name Family_Name"


@pytest.mark.django_db
def test_a_failed_record_undoes_the_change(user: User) -> None:
    def refuse(execute: object, sql: str, *rest: object) -> object:
        if "audit" in sql:
            raise RuntimeError("no record")
        return execute(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(refuse), pytest.raises(RuntimeError):
        update_profile(user_id=user.pk, change=ProfileChange(given_name="Eve"))
    user.refresh_from_db()
    assert user.given_name == ""
