"""The provider's keys: asked for seldom, by one thread for all, and kept for a bounded time without the provider."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

import pytest

from fashionistar_auth import provider_keys
from fashionistar_auth.conf import get_settings
from fashionistar_auth.provider_keys import KeysUnavailable, ProviderKeys
from tests.conftest import Ask, Configure
from tests.provider import Provider, Reply
from tests.token_signer import TokenSigner
from tests.transmitter import KEY, OTHER_KEY

SetTimes = Callable[..., None]
ROTATED = {"alg": "ES256", "kid": "k2"}


@pytest.fixture
def signer(configure: Configure, provider: Provider) -> TokenSigner:
    configure(VALIDATION="local")
    return TokenSigner(provider)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> SetTimes:
    """Change FRESH, KEPT or PAUSE; below zero, every moment is later than that."""

    def change(**seconds: float) -> None:
        for name, value in seconds.items():
            monkeypatch.setattr(provider_keys, name, value)

    return change


def test_a_new_key_is_asked_for_once_in_a_while(signer: TokenSigner, times: SetTimes) -> None:
    keys = ProviderKeys(get_settings())
    assert [keys.find(name) is not None for name in ("k1", "k2", "k9", "k1")] == [True, False, False, True]
    assert signer.questions == ["jwks"]
    signer.publish(KEY, OTHER_KEY)
    assert keys.find("k2") is None
    times(PAUSE=0)
    assert keys.find("k2") is not None
    assert signer.questions == ["jwks"] * 2


@pytest.mark.django_db
def test_tokens_of_a_new_key_are_valid_at_once(ask: Ask, signer: TokenSigner) -> None:
    assert ask("/me", signer.token()).status_code == 200
    signer.publish(KEY, OTHER_KEY)
    rotated = signer.token(key=OTHER_KEY, header=ROTATED)
    signer.provider.grant(rotated)
    # We have just asked for keys, and may not again: so the provider is asked about the token.
    assert ask("/me", rotated).status_code == 200
    assert signer.questions == ["jwks", "introspect"]


@pytest.mark.django_db
def test_a_key_that_was_withdrawn_proves_nothing(ask: Ask, signer: TokenSigner, times: SetTimes) -> None:
    stolen = signer.token()
    assert ask("/me", stolen).status_code == 200
    signer.publish(OTHER_KEY)
    times(FRESH=-1, PAUSE=0)
    assert ask("/me", stolen).status_code == 401


@pytest.mark.django_db
def test_invented_key_ids_do_not_make_us_ask_for_each(ask: Ask, signer: TokenSigner) -> None:
    for number in range(5):
        assert ask("/me", signer.token(header={"kid": f"invented-{number}"})).status_code == 401
    assert signer.questions.count("jwks") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("reply", [Reply(status=500), Reply(body=b"nonsense"), Reply(body=b'{"keys": []}')])
def test_known_keys_count_for_a_while_without_the_provider(
    ask: Ask, signer: TokenSigner, times: SetTimes, reply: Reply
) -> None:
    token = signer.token()
    assert ask("/me", token).status_code == 200
    signer.provider.reply = reply
    times(FRESH=-1, PAUSE=0)
    assert ask("/me", token).status_code == 200
    # What they do not prove stays unproved, and after a while they prove nothing.
    assert ask("/me", signer.token(header={"kid": "k9"})).status_code == 503
    times(KEPT=-1)
    answer = ask("/me", token)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.django_db
def test_a_provider_that_was_never_there(ask: Ask, signer: TokenSigner) -> None:
    signer.provider.reply = Reply(status=500)
    assert [ask("/me", signer.token()).status_code for _ in range(2)] == [503, 503]
    assert signer.questions.count("jwks") == 1


def test_a_secret_in_a_public_document_is_no_key(signer: TokenSigner) -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0" * 4, "kid": "k5", "alg": "HS256"}
    signer.provider.key_set = json.dumps({"keys": [secret, KEY.as_dict(private=False)]}).encode()
    keys = ProviderKeys(get_settings())
    assert keys.find("k1") is not None
    assert keys.find("k5") is None


def test_one_asks_for_all_who_wait(signer: TokenSigner) -> None:
    keys, may_answer = ProviderKeys(get_settings()), Event()
    signer.provider.reply = Reply(body=signer.provider.key_set, after=may_answer)
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(keys.find, "k1") for _ in range(8)]
        # Once all of them are under way.
        Timer(0.2, may_answer.set).start()
        assert all(future.result() is not None for future in found)
    assert signer.questions == ["jwks"]


def test_who_has_a_key_does_not_wait_for_who_asks(signer: TokenSigner, times: SetTimes) -> None:
    keys, may_answer = ProviderKeys(get_settings()), Event()
    assert keys.find("k1") is not None
    signer.provider.reply = Reply(body=signer.provider.key_set, after=may_answer)
    times(FRESH=-1, PAUSE=0)
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(keys.find, "k9")
        while len(signer.questions) < 2:
            time.sleep(0.001)
        # Answered while the other one still waits.
        assert keys.find("k1") is not None
        assert not asking.done()
        may_answer.set()
        assert asking.result() is None


def test_a_provider_that_does_not_answer_is_told(configure: Configure) -> None:
    configure(JWKS_URL="http://127.0.0.1:9/nobody-listens")
    with pytest.raises(KeysUnavailable):
        ProviderKeys(get_settings()).find("k1")


def test_a_failure_without_keys_is_told(signer: TokenSigner) -> None:
    keys = ProviderKeys(get_settings())
    signer.provider.reply = Reply(status=500)
    for _ in range(2):
        with pytest.raises(KeysUnavailable, match="500"):
            keys.find("k1")
