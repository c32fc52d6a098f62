"""`User`: constraints hold whatever code writes, and identifiers are normalised on every path."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction

from idp.accounts.models import User
from idp.core import clock, crypto

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


@pytest.mark.spec("OIDC Core", "2")
def test_the_sub_is_a_uuid7_made_before_the_insert() -> None:
    user = User()
    assert user.pk.version == 7
    assert str(user) == str(user.pk)
    assert user.get_username() == user.pk


def test_an_account_needs_an_identifier() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User(password="!").save()


@pytest.mark.parametrize("flag", ["email_verified", "phone_number_verified"])
def test_what_is_not_there_cannot_be_verified(make_user: MakeUser, flag: str) -> None:
    user = make_user(email="ada@example.com") if flag.startswith("phone") else make_user(phone_number="08012345678")
    setattr(user, flag, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()


@pytest.mark.parametrize("column", ["email", "email_index", "phone_number", "phone_number_index"])
def test_value_and_index_cannot_be_written_apart(make_user: MakeUser, column: str) -> None:
    make_user(email="ada@example.com", phone_number="08012345678")
    with pytest.raises(TypeError, match="save the instance"):
        User.objects.update(**{column: None})
    # Even past our query set, the database refuses one without the other.
    with pytest.raises(IntegrityError), transaction.atomic():
        User._base_manager.update(**{column: None})


@pytest.mark.parametrize("fields", [["email"], ["email_index"], ["email", "nickname"]])
def test_saving_either_saves_both(make_user: MakeUser, fields: list[str]) -> None:
    user = make_user(email="ada@example.com")
    user.email = "BOLA@Example.com"
    user.save(update_fields=fields)
    again = User.objects.get(pk=user.pk)
    assert again.email == user.email == "bola@example.com"
    assert again.email_index == crypto.blind_index("bola@example.com", label="accounts.email")


def test_other_fields_do_not_touch_identifiers(make_user: MakeUser) -> None:
    user = make_user(email="ada@example.com")
    user.email = "bola@example.com"
    user.nickname = "Ada"
    user.save(update_fields=["nickname"])
    assert User.objects.get(pk=user.pk).email == "ada@example.com"


def test_spellings_are_normalised_on_every_path(db: None) -> None:
    User(email="ADA@Example.com", phone_number="0801 234 5678", password="!").save()
    user = User.objects.get()
    assert (user.email, user.phone_number) == ("ada@example.com", "+2348012345678")
    with pytest.raises(ValueError, match="valid email"):
        User(email="not an address", password="!").save()
    with pytest.raises(ValueError, match="valid phone"):
        User(phone_number="12", password="!").save()


@pytest.mark.parametrize("other", ["ADA@example.com", " ada@EXAMPLE.com "])
def test_an_identifier_belongs_to_one_account(make_user: MakeUser, other: str) -> None:
    make_user(email="ada@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email=other, password="!").save()


def test_many_accounts_may_lack_an_identifier_or_member_id(make_user: MakeUser) -> None:
    for number in range(3):
        make_user(phone_number=f"080123456{number:02}")
        make_user()
    assert User.objects.filter(email=None).count() == 3
    assert User.objects.filter(member_id=None).count() == 6


def test_updated_at_moves_with_every_change(make_user: MakeUser) -> None:
    user = make_user()
    with time_machine.travel(clock.now() + dt.timedelta(days=1), tick=False):
        user.nickname = "Ada"
        user.save(update_fields=["nickname"])
        assert User.objects.get(pk=user.pk).updated_at == clock.now()
    assert User.objects.get(pk=user.pk).created_at < user.updated_at


@pytest.mark.parametrize(
    ("flags", "verified"),
    [({}, False), ({"email_verified": True}, True), ({"phone_number_verified": True}, True)],
)
def test_one_proven_identifier_is_enough(flags: dict[str, bool], *, verified: bool) -> None:
    assert User(**flags).is_verified is verified


def test_djangos_last_login_column_is_not_there() -> None:
    assert "last_login" not in {field.name for field in User._meta.get_fields()}
