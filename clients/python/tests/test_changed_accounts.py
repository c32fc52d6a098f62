"""What events tell of accounts and sessions: the provider is asked about tokens that were signed before."""

import time
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache

from fashionistar_auth.changed_accounts import LONGEST_LIFE
from fashionistar_auth.events.models import HandledEvent
from tests.conftest import Ask, Configure
from tests.provider import Provider
from tests.token_signer import TokenSigner
from tests.transmitter import CREATED, CREDENTIAL, REACTIVATED, SESSION, SUSPENDED, Transmitter

pytestmark = pytest.mark.django_db

OTHER = "01939a4e-0000-7000-8000-000000000002"


@pytest.fixture
def signer(configure: Configure, provider: Provider) -> TokenSigner:
    """A service that judges by itself and remembers what it is told."""
    configure(VALIDATION="local", CHANGES_CACHE="default")
    return TokenSigner(provider)


@pytest.fixture
def transmitter(signer: TokenSigner) -> Transmitter:
    return Transmitter(signer.provider)


@pytest.mark.parametrize("uri", [SUSPENDED, SESSION, CREDENTIAL, REACTIVATED, CREATED])
def test_what_was_signed_before_is_asked_about(
    ask: Ask, signer: TokenSigner, transmitter: Transmitter, uri: str
) -> None:
    token = signer.token()
    assert ask("/me", token).status_code == 200
    assert transmitter.tell(uri) == 202
    # The provider knows nothing of this token any more.
    assert ask("/me", token).status_code == 401
    # Had it only been a change of something else, the provider would say yes, and what holds now.
    signer.provider.grant(token, role="admin", roles=["admin"])
    assert ask("/me", token).json()["data"]["answer"]["role"] == "admin"


def test_others_and_later_tokens_are_judged_here(ask: Ask, signer: TokenSigner, transmitter: Transmitter) -> None:
    now = int(time.time())
    assert transmitter.tell(SUSPENDED, toe=now - 40) == 202
    assert transmitter.tell(SESSION, toe=now) == 202
    # Another account, and another session of this one since.
    assert ask("/me", signer.token(sub=OTHER, sid="s2")).status_code == 200
    assert ask("/me", signer.token(sid="s2", iat=now)).status_code == 200
    # Issued within the leeway of two clocks.
    assert ask("/me", signer.token(sid="s2", iat=now - 15)).status_code == 401


def test_news_that_comes_late_takes_nothing_back(ask: Ask, signer: TokenSigner, transmitter: Transmitter) -> None:
    now = int(time.time())
    assert transmitter.tell(SUSPENDED, toe=now) == 202
    assert transmitter.tell(CREDENTIAL, toe=now - 300) == 202
    assert ask("/me", signer.token(iat=now - 60)).status_code == 401


def test_without_a_cache_for_it_nothing_is_remembered(
    configure: Configure, ask: Ask, signer: TokenSigner, transmitter: Transmitter
) -> None:
    configure(CHANGES_CACHE="")
    assert transmitter.tell(SUSPENDED) == 202
    assert ask("/me", signer.token()).status_code == 200


def test_it_is_remembered_for_as_long_as_a_token_lives(
    signer: TokenSigner, transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    store = LocMemCache.set

    def noting(cache: LocMemCache, key: str, value: Any, timeout: Any = None, version: Any = None) -> None:  # noqa: ANN401 - Django's
        kept.append((key, timeout))
        store(cache, key, value, timeout, version)

    monkeypatch.setattr(LocMemCache, "set", noting)
    assert transmitter.tell(SUSPENDED) == 202
    ((key, timeout),) = kept
    assert timeout >= LONGEST_LIFE + 600
    # Whoever lists the cache's keys learns no account.
    assert signer.claims()["sub"] not in key


@pytest.mark.parametrize("method", ["get", "set"])
def test_a_change_that_cannot_be_kept_is_sent_again(
    transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(LocMemCache, method, broken)
        assert transmitter.tell(SUSPENDED) == 500
        # A cache that swallows its errors is found out.
        patched.setattr(LocMemCache, method, lambda *_, **__: None)
        assert transmitter.tell(SUSPENDED) == 500
    assert not HandledEvent.objects.exists()
    assert transmitter.tell(SUSPENDED) == 202


@pytest.mark.parametrize("answer", [ConnectionError, {"a": "nonsense"}])
def test_a_cache_that_does_not_answer_means_asking(
    ask: Ask,
    signer: TokenSigner,
    monkeypatch: pytest.MonkeyPatch,
    answer: Any,  # noqa: ANN401 - an exception, or what is no answer
) -> None:
    def broken(*_: object, **__: object) -> object:
        if isinstance(answer, dict):
            return answer
        raise answer

    monkeypatch.setattr(LocMemCache, "get_many", broken)
    token = signer.token()
    assert ask("/me", token).status_code == 401
    signer.provider.grant(token)
    assert ask("/me", token).status_code == 200
