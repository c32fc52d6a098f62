"""Which local user a token speaks for: by `sub`, once, and only an active one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.conftest import Ask, Configure
from tests.provider import SHOPPER, Provider
from tests.service.models import Account, Wallet

pytestmark = pytest.mark.django_db


def test_just_in_time_makes_the_user_once(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    for _ in range(2):
        assert ask("/me", token).json()["data"]["user"] == {"pk": SHOPPER, "kind": "Account"}
    account = Account.objects.get()
    assert str(account.pk) == SHOPPER
    assert not account.has_usable_password()
    assert account.email is None, "nothing but the subject is copied unless the service says so"


@pytest.mark.django_db(transaction=True)
def test_parallel_first_requests_make_one_user(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(user_mapper="tests.service.mappers.WithWallet")
    callers, rounds = 6, 5
    for _ in range(rounds):
        token, barrier = provider.grant(sub=str(uuid4()), email=None), Barrier(callers)

        def call(_: int, token: str = token, barrier: Barrier = barrier) -> int:
            barrier.wait()
            try:
                return ask("/me", token).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(callers) as threads:
            assert list(threads.map(call, range(callers))) == [200] * callers
    assert Account.objects.count() == Wallet.objects.count() == rounds


def test_look_up_refuses_whom_it_does_not_know(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(user_mapper="LookUp")
    token = provider.grant()
    answer = ask("/me", token)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_unknown")
    assert not Account.objects.exists()
    Account.objects.create(id=SHOPPER)
    assert ask("/me", token).status_code == 200


@pytest.mark.parametrize("mapper", ["LookUp", "JustInTime"])
def test_inactive_local_user_is_refused(ask: Ask, provider: Provider, configure: Configure, mapper: str) -> None:
    configure(user_mapper=mapper)
    Account.objects.create(id=SHOPPER, is_active=False)
    answer = ask("/me", provider.grant())
    assert (answer.status_code, answer.json()["code"]) == (403, "account_inactive")
    assert "WWW-Authenticate" not in answer, "signing in again would not help"


@pytest.mark.parametrize("mapper", ["LookUp", "JustInTime"])
def test_subject_that_cannot_be_a_key_here(ask: Ask, provider: Provider, configure: Configure, mapper: str) -> None:
    configure(user_mapper=mapper)
    answer = ask("/me", provider.grant(sub="not-a-uuid"))
    assert (answer.status_code, answer.json()["code"]) == (403, "account_unknown")


def test_email_never_finds_a_user(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(user_mapper="tests.service.mappers.WithWallet")
    victim = Account.objects.create(id=uuid4(), email="ada@example.com")
    answer = ask("/me", provider.grant(email="ada@example.com", email_verified=True))
    assert (answer.status_code, answer.json()["code"]) == (403, "account_conflict")
    assert list(Account.objects.all()) == [victim]


def test_subclass_fills_fields_and_creates_rows(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(user_mapper="tests.service.mappers.WithWallet")
    assert ask("/me", provider.grant()).status_code == 200
    assert Account.objects.get().email == "ada@example.com"
    assert Wallet.objects.get().account_id == UUID(SHOPPER)


def test_a_failure_in_created_takes_the_user_with_it(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(user_mapper="tests.service.mappers.WithWallet")
    assert ask("/me", provider.grant(client_id="broken")).status_code == 403
    assert not Account.objects.exists()
    assert not Wallet.objects.exists()


def test_a_fault_of_the_service_in_created_is_not_told_as_an_unknown_person(
    ask: Ask, provider: Provider, configure: Configure
) -> None:
    configure(user_mapper="tests.service.mappers.WithWallet")
    assert ask("/me", provider.grant(client_id="faulty")).status_code == 500
    assert not Account.objects.exists()


def test_a_function_can_be_the_mapper(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(user_mapper="tests.service.mappers.everybody_is_ada")
    assert ask("/me", provider.grant()).status_code == 200
    assert not Account.objects.exists()


@pytest.mark.spec("RFC 6749", "4.4")
def test_service_gets_a_principal_and_no_row(ask: Ask, provider: Provider) -> None:
    token = provider.grant(sub="stock-service", client_id="stock-service", scope="orders", role=None, roles=None)
    data = ask("/me", token).json()["data"]
    assert data["user"] == {"pk": "service:stock-service", "kind": "ServicePrincipal"}
    assert not Account.objects.exists()
