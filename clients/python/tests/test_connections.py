"""Kept-alive, shared connections: reuse, dead ones, threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fashionistar_auth.conf import get_settings
from fashionistar_auth.introspection import Introspector
from tests.conftest import Ask
from tests.provider import Provider, credentials

pytestmark = pytest.mark.django_db


@pytest.mark.spec("RFC 7662", "2.1")
def test_the_question_asked(ask: Ask, provider: Provider) -> None:
    assert ask("/me", provider.grant("a.b~c+/==")).status_code == 200
    (seen,) = provider.seen
    assert (seen.method, seen.path) == ("POST", "/oauth2/introspect")
    assert seen.form == {"token": ["a.b~c+/=="], "token_type_hint": ["access_token"]}
    assert seen.headers["Content-Type"] == "application/x-www-form-urlencoded"
    # RFC 6749 section 2.3.1: both parts are form-urlencoded before they are joined.
    assert credentials(seen) == ("demo api", "s3cret/+:%")


def test_one_connection_serves_many_requests(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    assert [ask("/me", token).status_code for _ in range(5)] == [200] * 5
    assert {seen.connection for seen in provider.seen} == {1}


def test_every_request_is_asked_anew(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    assert ask("/me", token).status_code == 200
    del provider.tokens[token]
    assert ask("/me", token).status_code == 401


def test_idle_connection_closed_by_the_provider(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    provider.closes_after_answer = True
    assert [ask("/me", token).status_code for _ in range(4)] == [200] * 4


def test_dead_kept_alive_connection_is_retried_once(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    provider.hangs_up = lambda seen: seen.nth_on_connection > 1
    assert ask("/me", token).status_code == 200
    assert ask("/me", token).status_code == 200
    assert [(seen.connection, seen.nth_on_connection) for seen in provider.seen] == [(1, 1), (1, 2), (2, 1)]


def test_a_connection_dialled_again_counts_as_fresh(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    provider.closes_after_answer = True
    assert ask("/me", token).status_code == 200
    assert provider.closed.acquire(timeout=60), "the pool can see by now that the other end has closed"
    provider.hangs_up = lambda _: True
    assert ask("/me", token).status_code == 503
    assert [(seen.connection, seen.nth_on_connection) for seen in provider.seen] == [(1, 1), (2, 1)]


def test_the_retry_is_the_last_one(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    assert ask("/me", token).status_code == 200
    provider.hangs_up = lambda _: True
    assert ask("/me", token).status_code == 503
    assert len(provider.seen) == 3


def test_threads_share_the_pool_and_get_their_own_answers(provider: Provider) -> None:
    names = [provider.grant(f"token-{n}", sub=f"user-{n}") for n in range(40)]
    introspector = Introspector(get_settings())
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(introspector.introspect, names))
    introspector.close()
    assert [claims.sub for claims in found if claims] == [f"user-{n}" for n in range(40)]
    assert len({seen.connection for seen in provider.seen}) <= 8
