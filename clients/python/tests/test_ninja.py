"""Django Ninja's bearer: it lets in and refuses exactly as the DRF class does, with the same answers."""

import asyncio
from threading import Event
from typing import Any

import pytest
from django.test import AsyncClient

from tests.conftest import Ask, Configure
from tests.provider import SHOPPER, Provider, Reply
from tests.service.models import Account

# Threads of an event loop have connections of their own.
pytestmark = pytest.mark.django_db(transaction=True)

ME = pytest.mark.parametrize("path", ["/ninja/me", "/ninja/me-in-a-thread"])


@ME
def test_a_live_token_lets_in_and_makes_the_row(ask: Ask, provider: Provider, path: str) -> None:
    answer = ask(path, provider.grant())
    assert (answer.status_code, answer.json()) == (200, {"sub": SHOPPER, "kind": "Account", "pk": SHOPPER})
    assert [str(account.pk) for account in Account.objects.all()] == [SHOPPER]


@ME
def test_a_service_acts_for_itself(ask: Ask, provider: Provider, path: str) -> None:
    answer = ask(path, provider.grant(sub="worker", client_id="worker"))
    assert answer.json() == {"sub": "worker", "kind": "ServicePrincipal", "pk": "service:worker"}
    assert not Account.objects.exists()


@pytest.mark.spec("RFC 6750", "3.1")
@ME
def test_no_token_is_401_without_error_code(ask: Ask, provider: Provider, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="http://testserver"'
    assert answer.json()["code"] == "not_authenticated"
    assert answer.json()["meta"]["request_id"] == answer["X-Request-ID"]
    assert provider.seen == []


@pytest.mark.spec("RFC 6750", "3.1")
@ME
@pytest.mark.parametrize("token", ["revoked", "two words", "a,b"])
def test_what_is_not_a_live_token_is_401(ask: Ask, provider: Provider, path: str, token: str) -> None:
    provider.grant("good")
    answer = ask(path, token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert answer.json()["message"].endswith("Please sign in again.")


@pytest.mark.spec("RFC 9700", "4.9.1")
@ME
def test_a_token_for_another_service_is_401(ask: Ask, provider: Provider, path: str) -> None:
    assert ask(path, provider.grant(aud=["http://elsewhere"])).status_code == 401


@ME
def test_without_the_provider_nobody_comes_in(ask: Ask, provider: Provider, path: str) -> None:
    provider.grant("good")
    provider.reply = Reply(500)
    answer = ask(path, "good")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "provider_unavailable"


@ME
def test_a_locally_blocked_account_stays_blocked(ask: Ask, provider: Provider, path: str) -> None:
    Account.objects.create(id=SHOPPER, is_active=False)
    answer = ask(path, provider.grant())
    assert (answer.status_code, answer.json()["code"]) == (403, "account_inactive")


@pytest.mark.parametrize(
    ("lacking", "code", "challenge"),
    [
        ({"scope": "openid"}, "403 insufficient_scope", 'scope="orders"'),
        ({"role": "client", "roles": ["client"]}, "403 insufficient_role", ""),
        ({"acr": "aal1"}, "401 insufficient_user_authentication", 'acr_values="aal2"'),
    ],
)
def test_every_rule_must_agree(
    ask: Ask, provider: Provider, lacking: dict[str, object], code: str, challenge: str
) -> None:
    assert ask("/ninja/payouts", provider.grant("enough", acr="aal2")).status_code == 200
    answer = ask("/ninja/payouts", provider.grant("lacking", **{"acr": "aal2", **lacking}))
    assert f"{answer.status_code} {answer.json()['code']}" == code
    assert bool(challenge) == ("WWW-Authenticate" in answer)
    assert challenge in answer.get("WWW-Authenticate", "")


def test_another_kind_of_proof_is_asked_only_when_no_token_was_sent(ask: Ask, provider: Provider) -> None:
    basic = {"Authorization": "Basic YWRhOmVuZ2luZQ=="}
    assert ask("/ninja/either", headers=basic).json() == {"auth": "ada"}
    assert ask("/ninja/either", "revoked").status_code == 401
    assert [seen.path for seen in provider.seen] == ["/oauth2/introspect"]


@pytest.mark.parametrize(
    ("kind", "status", "code", "words"),
    [
        ("http", 409, "refused", "Orders of last year are closed."),
        ("throttled", 429, "throttled", "Too many requests. Please try again in 6 seconds."),
        ("absent", 404, "not_found", "nothing at this address"),
        ("unknown", 500, "server_error", "Something went wrong on our side."),
    ],
)
def test_every_failure_has_the_envelope(ask: Ask, kind: str, status: int, code: str, words: str) -> None:
    answer = ask(f"/ninja/raises/{kind}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert words in answer.json()["message"]
    assert "secret detail" not in answer.content.decode()
    assert answer.get("Retry-After") == ("6" if kind == "throttled" else None)


def test_a_body_that_does_not_fit_says_where(ask: Ask, provider: Provider) -> None:
    body: dict[str, Any] = {"data": '{"quantity": "many"}', "content_type": "application/json"}
    answer = ask("/ninja/lines", provider.grant(), method="POST", **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert list(answer.json()["errors"]) == ["line.quantity"]


def test_a_slow_provider_holds_up_nobody_else(provider: Provider, configure: Configure) -> None:
    """While one request waits for its answer, the loop serves another one that has no token."""
    configure(read_timeout_seconds=30)
    token, answered = provider.grant(), Event()
    provider.reply = Reply(body=b'{"active": false}', after=answered)

    async def two_requests() -> tuple[int, int]:
        client = AsyncClient()
        waiting = asyncio.create_task(client.get("/ninja/me", headers={"Authorization": f"Bearer {token}"}))
        while not provider.seen:  # noqa: ASYNC110 - the provider is in a thread
            await asyncio.sleep(0.01)
        meanwhile = await client.get("/ninja/me")
        answered.set()
        return meanwhile.status_code, (await waiting).status_code

    assert asyncio.run(two_requests()) == (401, 401)
