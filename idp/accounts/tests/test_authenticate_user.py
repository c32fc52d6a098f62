"""`authenticate_user`: one hash for every outcome, passwords as received, and nobody in who should not be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from pydantic import SecretStr
from pytest_django import DjangoAssertNumQueries, Settings

from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import AuthResult, authenticate_user
from idp.accounts.tests.conftest import Hashes
from idp.accounts.types import Outcome
from idp.config import settings as production
from idp.conftest import PASSWORD

MakeUser = Callable[..., User]
EMAIL = "ada@example.com"


def attempt(identifier: str = EMAIL, password: str = PASSWORD) -> AuthResult:
    return authenticate_user(credentials=Credentials(identifier=identifier, password=SecretStr(password)))


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    return make_user(email=EMAIL, phone_number="08012345678")


@pytest.mark.parametrize("typed", [EMAIL, " ADA@Example.COM ", "08012345678", "+234 801 234 5678"])
def test_either_identifier_in_any_spelling_signs_in(ada: User, typed: str) -> None:
    assert attempt(typed) == AuthResult(user=ada, reason=Outcome.PROVEN, subject=ada.pk)


CASES: dict[str, tuple[dict[str, Any], str, str, Outcome]] = {
    "proven": ({}, EMAIL, PASSWORD, Outcome.PROVEN),
    "wrong": ({}, EMAIL, "wrong", Outcome.WRONG_PASSWORD),
    "empty": ({}, EMAIL, "", Outcome.WRONG_PASSWORD),
    "unknown": ({}, "bola@example.com", PASSWORD, Outcome.NO_ACCOUNT),
    "unknown phone": ({}, "08099999999", PASSWORD, Outcome.NO_ACCOUNT),
    "malformed": ({}, "nonsense\x00", PASSWORD, Outcome.NO_ACCOUNT),
    "nobody": ({}, "", PASSWORD, Outcome.NO_ACCOUNT),
    "enormous": ({}, "a" * 100_000 + "@b.cd", PASSWORD, Outcome.NO_ACCOUNT),
    "disabled": ({"is_active": False}, EMAIL, PASSWORD, Outcome.DISABLED),
    "disabled and wrong": ({"is_active": False}, EMAIL, "wrong", Outcome.WRONG_PASSWORD),
    # The sign-in asks for the proof of the address next.
    "not verified": ({"email_verified": False}, EMAIL, PASSWORD, Outcome.PROVEN),
    "passwordless": ({"password": "!unusable"}, EMAIL, PASSWORD, Outcome.NO_PASSWORD),
    "foreign hash": ({"password": "md5$salt$hash"}, EMAIL, PASSWORD, Outcome.DAMAGED_HASH),
}


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
@pytest.mark.parametrize("case", CASES)
def test_every_outcome_costs_exactly_one_hash_and_one_query(
    ada: User, hashes: Hashes, django_assert_num_queries: DjangoAssertNumQueries, case: str
) -> None:
    columns, identifier, password, reason = CASES[case]
    User.objects.filter(pk=ada.pk).update(**columns)
    asks_database = case not in {"malformed", "nobody", "enormous"}
    with django_assert_num_queries(1 if asks_database else 0):
        result = attempt(identifier, password)
    assert result.reason is reason
    assert (result.user == ada) is (reason is Outcome.PROVEN)
    assert hashes.count == 1


@pytest.mark.parametrize("identifier", [EMAIL, "bola@example.com", "nonsense"])
@pytest.mark.parametrize("password", ["x" * 4097, "é" * 2049, "x" * 1_000_000, "\ud800"])
def test_an_absurd_password_is_an_ordinary_failure_without_any_work(
    ada: User, hashes: Hashes, django_assert_num_queries: DjangoAssertNumQueries, identifier: str, password: str
) -> None:
    with django_assert_num_queries(0):
        assert attempt(identifier, password) == AuthResult(user=None, reason=Outcome.UNUSABLE_PASSWORD)
    assert hashes.count == 0


@pytest.mark.spec("NIST SP 800-63B-4", "3.1.1.2")
@pytest.mark.parametrize(
    ("password", "near_misses"),
    [
        ("  spaces  ", ["spaces", " spaces", "  spaces "]),
        ("Case", ["case", "CASE"]),
        ("nul\x00inside", ["nul", "nulinside", "nul\x00"]),
        ("x" * 72 + "a", ["x" * 72, "x" * 72 + "b"]),
        ("x" * 4096, ["x" * 4095]),
        ("pa\u0301ss", ["p\u00e1ss", "pass"]),
        ("密码🔑" * 20, ["密码🔑" * 19]),
        ("line\nbreak\n", ["line\nbreak", "line break "]),
    ],
)
def test_passwords_are_compared_as_received(make_user: MakeUser, password: str, near_misses: list[str]) -> None:
    user = make_user(email=EMAIL, password=SecretStr(password))
    assert attempt(password=password).user == user
    assert [attempt(password=near).reason for near in near_misses] == [Outcome.WRONG_PASSWORD] * len(near_misses)


def test_the_account_that_was_named_is_known_for_the_audit_trail_only(ada: User) -> None:
    failed = attempt(password="wrong")
    assert (failed.user, failed.subject) == (None, ada.pk)
    assert attempt("bola@example.com").subject is None


def test_an_older_hash_is_upgraded_at_the_first_success_only(ada: User, hashes: Hashes, settings: Settings) -> None:
    older = ada.password
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    attempt(password="wrong")
    assert User.objects.get(pk=ada.pk).password == older

    hashes.count = 0
    proven = attempt().user
    stored = User.objects.get(pk=ada.pk).password
    assert hashes.count == 2
    assert stored.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert proven is not None
    assert proven.password == stored
    assert check_password(PASSWORD, stored)

    hashes.count = 0
    attempt()
    assert hashes.count == 1


def test_an_older_hash_stays_where_the_operator_says_so(ada: User, hashes: Hashes, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    settings.IDP_UPGRADE_HASHES = False
    assert attempt().user == ada
    assert hashes.count == 1
    assert User.objects.get(pk=ada.pk).password == ada.password


def test_who_is_not_let_in_gets_no_upgrade_either(ada: User, hashes: Hashes, settings: Settings) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    assert attempt().user is None
    assert hashes.count == 1
    assert User.objects.get(pk=ada.pk).password == ada.password


def test_an_upgrade_never_undoes_a_password_that_changed_meanwhile(ada: User, settings: Settings) -> None:
    from django.contrib.auth.hashers import make_password
    from django.db import connection

    changed = make_password("another password")
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS

    def change_first(execute: Callable[..., object], sql: str, params: object, many: object, context: object) -> object:
        """At the database edge: the owner's own change lands just before the upgrade."""
        if sql.startswith("UPDATE") and not done:
            done.append(sql)
            User.objects.filter(pk=ada.pk).update(password=changed)
        return execute(sql, params, many, context)

    done: list[str] = []
    with connection.execute_wrapper(change_first):
        attempt()
    assert done
    assert User.objects.get(pk=ada.pk).password == changed


@pytest.mark.django_db(transaction=True)
def test_nothing_is_hashed_inside_a_transaction(make_user: MakeUser, hashes: Hashes, settings: Settings) -> None:
    make_user(email=EMAIL)
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    for identifier, password in ((EMAIL, PASSWORD), (EMAIL, "wrong"), ("bola@example.com", PASSWORD)):
        attempt(identifier, password)
    assert hashes.count == 5
    assert hashes.inside_transaction == 0


def test_neither_password_nor_address_reaches_result_or_log(ada: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        results = [attempt(), attempt(password="canary-7f3a"), attempt("bola@example.com", "canary-7f3a")]
    text = repr(results) + caplog.text
    for secret in (PASSWORD, "canary-7f3a", "bola@example.com", EMAIL):
        assert secret not in text
