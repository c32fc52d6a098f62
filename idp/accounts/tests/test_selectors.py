"""`selectors`: one query each, through the blind index."""

import uuid
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from idp.accounts.identifiers import Email, PhoneNumber, parse_identifier
from idp.accounts.models import User
from idp.accounts.selectors import display_name, find_user, get_active_user

MakeUser = Callable[..., User]


def test_either_identifier_finds_the_account(make_user: MakeUser, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = make_user(email="ada@example.com", phone_number="08012345678")
    make_user()
    for typed in ("ADA@example.com", "0801 234 5678", "+2348012345678"):
        with django_assert_num_queries(1):
            assert find_user(parse_identifier(typed)) == user


def test_nobody_is_found_under_what_nobody_has(make_user: MakeUser) -> None:
    make_user(email="ada@example.com")
    assert find_user(Email("bola@example.com")) is None
    assert find_user(PhoneNumber("+2348012345678")) is None


def test_a_disabled_account_is_found_but_not_active(make_user: MakeUser) -> None:
    user = make_user(email="ada@example.com")
    assert get_active_user(user.pk) == user
    User.objects.update(is_active=False)
    assert get_active_user(user.pk) is None
    assert find_user(Email("ada@example.com")) == user


@pytest.mark.django_db
def test_an_unknown_id_is_nobody() -> None:
    assert get_active_user(uuid.uuid4()) is None


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({"name": "Ada Lovelace", "nickname": "Ada"}, "Ada Lovelace"),
        ({"nickname": "Ada", "preferred_username": "ada1815"}, "Ada"),
        ({"preferred_username": "ada1815", "email": "ada@example.com"}, "ada1815"),
        ({"email": "ada@example.com", "phone_number": "+2348012345678"}, "ada@example.com"),
        ({"phone_number": "+2348012345678"}, "+2348012345678"),
    ],
)
def test_people_are_called_by_name_or_else_by_what_they_sign_in_with(columns: dict[str, str], shown: str) -> None:
    assert display_name(User(**columns)) == shown
