"""What the shop makes of the provider's events: a row with its wallet, once, whichever comes first; who is refused."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from example_backend.shop.models import Order, Shopper, Wallet
from tests.conftest import Ask
from tests.provider import ADA, Provider

pytestmark = pytest.mark.django_db

CREATED = "https://schemas.fashionistar.net/secevent/event-type/account-created"
RISC = "https://schemas.openid.net/secevent/risc/event-type"
Tell = Callable[..., int]


@pytest.fixture
def tell(provider: Provider) -> Tell:
    """Push one event about Ada, as the provider does; the status."""
    key = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256", "use": "sig"})
    provider.key_set = json.dumps({"keys": [key.as_dict(private=False)]}).encode()
    numbers = count(1)

    def push(uri: str, *, is_active: bool = True, **claims: Any) -> int:  # noqa: ANN401 - any JSON
        number, now = next(numbers), int(time.time())
        said: dict[str, Any] = {
            "iss": provider.issuer, "aud": "demo-api", "iat": now, "jti": f"j{number}", "txn": "t", "toe": now,
            "sub_id": {"format": "iss_sub", "iss": provider.issuer, "sub": ADA},
            "events": {uri: {"sequence": number, "account": {"is_active": is_active}, "claims": {}}}, **claims,
        }  # fmt: skip
        header = {"alg": "ES256", "kid": "k1", "typ": "secevent+jwt"}
        token = jwt.encode(header, said, key, algorithms=["ES256"])
        return (
            Client()
            .post(
                "/events",
                token,
                "application/secevent+jwt",
                headers={"Authorization": "Bearer events-secret-" + "e" * 32},
            )
            .status_code
        )

    return push


def test_an_account_has_its_row_and_wallet_once_however_often_the_event_comes(tell: Tell) -> None:
    for _time in range(2):
        assert tell(CREATED, jti="same") == 202
    assert (Shopper.objects.count(), Wallet.objects.count(), Order.objects.count()) == (1, 1, 3)


@pytest.mark.parametrize("first", ["event", "token"])
def test_event_and_token_make_one_row_whichever_comes_first(
    tell: Tell, ask: Ask, provider: Provider, first: str
) -> None:
    if first == "event":
        assert tell(CREATED) == 202
    user = ask("/api/me", provider.grant()).json()["data"]["user"]
    assert (user["sub"], user["orders"], user["wallet_kobo"]) == (ADA, 3, 0)
    if first == "token":
        assert tell(CREATED) == 202
    assert (Shopper.objects.count(), Wallet.objects.count(), Order.objects.count()) == (1, 1, 3)


@pytest.mark.django_db(transaction=True)
def test_event_and_tokens_at_the_same_moment_make_one_row(tell: Tell, ask: Ask, provider: Provider) -> None:
    """All wait at one line: the event, and the first calls of a page that asks for many things."""
    token, line = provider.grant(), Barrier(8)

    def at_once(call: Callable[[], int]) -> int:
        line.wait(timeout=60)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        calls: list[Callable[[], int]] = [lambda: tell(CREATED)] + [lambda: ask("/api/orders", token).status_code] * 7
        assert list(threads.map(at_once, calls)) == [202] + [200] * 7
    assert (Shopper.objects.count(), Wallet.objects.count(), Order.objects.count()) == (1, 1, 3)


def test_somebody_suspended_is_refused_with_a_sentence_until_they_are_back(
    tell: Tell, ask: Ask, provider: Provider
) -> None:
    token = provider.grant()
    assert ask("/api/orders", token).status_code == 200
    assert tell(f"{RISC}/account-disabled", is_active=False) == 202
    answer = ask("/api/orders", token)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_inactive")
    assert answer.json()["message"] == "Your account is not active in this service. Please contact support."
    assert tell(f"{RISC}/account-enabled") == 202
    assert ask("/api/orders", token).status_code == 200


def test_somebody_suspended_before_we_knew_them_is_refused_at_the_first_call(
    tell: Tell, ask: Ask, provider: Provider
) -> None:
    assert tell(f"{RISC}/account-disabled", is_active=False) == 202
    assert ask("/api/orders", provider.grant()).status_code == 403


def test_an_erased_account_leaves_the_money_and_can_do_nothing(tell: Tell, ask: Ask, provider: Provider) -> None:
    assert tell(CREATED) == 202
    assert tell(f"{RISC}/account-purged", is_active=False) == 202
    assert Wallet.objects.count() == 1
    assert ask("/api/orders", provider.grant()).status_code == 403
