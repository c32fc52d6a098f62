"""`create_user`: one account per identifier, whoever else registers at the same moment."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password
from django.db import DatabaseError, connection, connections
from pydantic import SecretStr

from idp.accounts.errors import AccountExists, PasswordRefused
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import Address, NewUser, Profile
from idp.accounts.services.create_user import create_user
from idp.accounts.tests.conftest import Hashes
from idp.audit.selectors import list_events
from idp.core import clock

SECRET = SecretStr("correct horse battery staple")


@pytest.mark.django_db
def test_everything_told_is_stored() -> None:
    profile = Profile(given_name="Ada", family_name="Lovelace", locale="en-NG", address=Address(locality="Lagos"))
    made = create_user(
        new=NewUser(email="ada@example.com", phone_number="08012345678", email_verified=True, password=SECRET, profile=profile)
    )
    user = User.objects.get()
    assert user == made
    assert (user.email, user.phone_number, user.given_name, user.locale) == ("ada@example.com", "+2348012345678", "Ada", "en-NG")
    assert (user.name, user.address) == ("Ada Lovelace", {"locality": "Lagos"})
    assert (user.email_verified, user.phone_number_verified, user.phone_number_verified_at) == (True, False, None)
    assert user.email_verified_at is not None
    assert user.email_verified_at <= clock.now()
    assert check_password(SECRET.get_secret_value(), user.password)
    assert (user.is_active, user.is_superuser, user.member_id) == (True, False, None)


@pytest.mark.django_db
def test_a_name_that_was_told_stands() -> None:
    user = create_user(new=NewUser(email="ada@example.com", profile=Profile(name="Countess", given_name="Ada")))
    assert user.name == "Countess"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "is_staff"),
    [(Role.CLIENT, False), (Role.VENDOR, False), (Role.SUPER_VENDOR, False), (Role.SUPPORT, True), (Role.SUPER_ADMIN, True)],
)
def test_the_role_says_who_is_staff(role: Role, *, is_staff: bool) -> None:
    user = create_user(new=NewUser(email="ada@example.com", role=role))
    assert (user.role, user.is_staff, user.is_superuser) == (role, is_staff, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("identifiers", "provider"),
    [({"email": "a@b.cd"}, "email"), ({"phone_number": "08012345678"}, "phone"),
     ({"email": "a@b.cd", "phone_number": "08012345678"}, "email")],
)  # fmt: skip
def test_the_account_remembers_how_it_came_about(identifiers: dict[str, str], provider: str) -> None:
    assert create_user(new=NewUser.model_validate(identifiers)).auth_provider == provider


@pytest.mark.django_db
def test_creation_is_in_the_audit_trail_without_addresses() -> None:
    user = create_user(new=NewUser(email="ada@example.com", role=Role.VENDOR))
    (event,) = list_events(user_id=user.pk)
    assert (event.event, event.detail) == ("user_created", {"role": "vendor", "via": "email"})


@pytest.mark.django_db
def test_a_taken_identifier_is_named_and_nothing_is_stored() -> None:
    create_user(new=NewUser(email="ada@example.com"))
    with pytest.raises(AccountExists) as caught:
        create_user(new=NewUser(email="ADA@example.com", phone_number="08012345678"))
    assert list(caught.value.fields) == ["email"]
    assert caught.value.status == 409
    assert "ada@example.com" not in caught.value.detail
    create_user(new=NewUser(phone_number="0801 234 5678"))
    with pytest.raises(AccountExists) as caught:
        create_user(new=NewUser(email="ada@example.com", phone_number="+2348012345678"))
    assert list(caught.value.fields) == ["email", "phone_number"]
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_another_broken_rule_of_the_database_is_not_called_a_taken_address() -> None:
    from django.db import IntegrityError

    def refuse(execute: Callable[..., object], sql: str, params: object, many: object, context: object) -> object:
        if "accounts_user" in sql and sql.startswith("INSERT"):
            raise IntegrityError("another constraint")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), pytest.raises(IntegrityError, match="another constraint"):
        create_user(new=NewUser(email="ada@example.com"))


@pytest.mark.django_db(transaction=True)
def test_without_its_audit_record_no_account_is_made() -> None:
    def refuse(execute: Callable[..., object], sql: str, params: object, many: object, context: object) -> object:
        if "audit_securityevent" in sql:
            raise DatabaseError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), pytest.raises(DatabaseError):
        create_user(new=NewUser(email="ada@example.com"))
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_password_is_hashed_once_and_outside_the_transaction(hashes: Hashes) -> None:
    create_user(new=NewUser(email="ada@example.com", password=SECRET))
    assert (hashes.count, hashes.inside_transaction) == (1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "x" * 4097, "é" * 2049, "\ud800"])
def test_a_password_that_cannot_be_stored_is_refused_before_hashing(hashes: Hashes, password: str) -> None:
    with pytest.raises(PasswordRefused) as caught:
        create_user(new=NewUser(email="ada@example.com", password=SecretStr(password)))
    assert list(caught.value.fields) == ["password"]
    assert hashes.count == 0
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_a_password_none_matches() -> None:
    user = create_user(new=NewUser(email="ada@example.com"))
    assert not user.has_usable_password()
    assert not check_password("", user.password)


@pytest.mark.django_db(transaction=True)
def test_twenty_registrations_of_one_address_make_one_account() -> None:
    spellings = ["ada@example.com", "ADA@example.com", "Ada@EXAMPLE.COM", " ada@example.com"] * 5
    start, outcomes = threading.Barrier(len(spellings)), []

    def register(email: str) -> None:
        start.wait()
        try:
            create_user(new=NewUser(email=email))
            outcomes.append("made")
        except AccountExists:
            outcomes.append("exists")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=register, args=(email,)) for email in spellings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["exists"] * 19 + ["made"]
    user = User.objects.get()
    assert len(list_events(user_id=user.pk)) == 1
