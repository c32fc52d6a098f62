"""A burst of sign-ins by password takes its own places and no more: programs get their tokens and answers beside it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from idp.accounts.errors import HashingBusy
from idp.accounts.hashing_slots import RUNNING, slots
from idp.accounts.models import User
from idp.config import serve
from idp.config.env import load_environment
from idp.conftest import PASSWORD
from idp.login.tests.browser import Browser as Person
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import DEMO_API, MOBILE, RESOURCE_SERVER, WEB, introspect, json_of, obtain_code, obtain_tokens, userinfo


@contextmanager
def everybody_hashing() -> Iterator[int]:
    """Every slot and every place in line is taken meanwhile; how many those are."""
    with ExitStack() as crowd:
        for _ in range(RUNNING):
            crowd.enter_context(slots.one())
        places = 0
        while _takes_a_place(crowd):
            places += 1
        yield places


def _takes_a_place(crowd: ExitStack) -> bool:
    try:
        crowd.enter_context(slots.line())
    except HashingBusy:
        return False
    return True


@pytest.mark.spec("RFC 6749", "5.1")
@pytest.mark.spec("RFC 7662", "2.2")
def test_programs_get_their_answers_while_the_line_for_hashes_is_full(browser: Browser, shopper: User) -> None:
    offline = "openid offline_access"
    pkce = Pkce()
    code = obtain_code(browser, WEB, pkce)
    refresh = obtain_tokens(browser, MOBILE, scope=offline)["refresh_token"]
    person = Person()
    address = person.name("ada@example.com")
    token = person.token(address)

    with everybody_hashing():
        assert person.send(address, {"password": PASSWORD}, token=token).status_code == 503
        exchanged = WEB.exchange(code, pkce)
        refreshed = MOBILE.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": refresh})
        own = DEMO_API.post("/oauth2/token", {"grant_type": "client_credentials"})
        assert [answer.status_code for answer in (exchanged, refreshed, own)] == [200, 200, 200]
        access = json_of(exchanged)["access_token"]
        assert introspect(RESOURCE_SERVER, access)["sub"] == str(shopper.pk)
        assert userinfo(access).status_code == 200
        assert WEB.post("/oauth2/revoke", {"token": access}).status_code == 200
        assert introspect(RESOURCE_SERVER, access) == {"active": False}

    assert person.send(address, {"password": PASSWORD}, token=token).status_code == 303


def test_the_places_for_hashes_are_fewer_than_the_servers_threads() -> None:
    # Whoever waits for a hash, or after one, holds a place; over the places a password is refused at once (AUTH.md 4.11).
    threads = serve._server(load_environment({}), "127.0.0.1", None).blocking_threads
    with everybody_hashing() as places:
        assert (threads, places, threads - places) == (16, 10, 6)
