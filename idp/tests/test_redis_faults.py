"""Redis is down, refuses, is slow, hangs, or forgets everything: slower or a clear sentence, never more permissive.

On a real Redis behind `fault_proxy`, so only where REDIS_URL is set. Cost is counted in attempts at the line, each of which can
cost one time-out; no clock is looked at.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.test import Client as HttpClient
from pytest_django import Settings

from idp.accounts.models import User
from idp.copies import line as copies_line
from idp.core import ratelimit
from idp.core.ratelimit import AddressLimit
from idp.login import session_store
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.client_auth import authenticate
from idp.oidc.tests.fixtures import signed_in
from idp.tests.fault_proxy import FaultProxy, Line
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.life.people import forget_all_caches, kind_of
from idp.tests.parties import BACKEND, MOBILE, SPA, introspect, json_of, obtain_code, obtain_tokens, post_form, userinfo

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "16.5.2")]

FAULTS = (Line.STOPPED, Line.REFUSES, Line.SLOW, Line.HANGS)
every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.lower())
OFFLINE = "openid email orders offline_access"
# Failed client authentications that an address may make in an hour here.
FREE_FAILURES = 20
# Longer than any test: how often a cache that is away is tried must not depend on how fast this machine is.
_REST_SECONDS = 3600


@pytest.fixture
def line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """Every cache that lies in Redis reached through a line that works so far."""
    for module in (ratelimit, session_store, copies_line):
        monkeypatch.setattr(module, "_REST_SECONDS", _REST_SECONDS)
    copies_line.wake()
    monkeypatch.setattr(authenticate, "_failures", AddressLimit("client_authentication_failure", f"{FREE_FAILURES}/hour"))
    redis = urlsplit(os.environ["REDIS_URL"])
    with FaultProxy(redis.hostname or "127.0.0.1", redis.port or 6379) as made:
        settings.CACHES = {
            alias: {**cache, "LOCATION": made.in_front(cache["LOCATION"])} if "://" in cache["LOCATION"] else cache
            for alias, cache in settings.CACHES.items()
        }
        yield made
        caches.close_all()
    copies_line.wake()


@dataclass
class Before:
    """What there was when the fault came."""

    browser: Browser
    live: str
    revoked: str
    refresh_token: str
    code: str
    pkce: Pkce


@pytest.fixture
def before(line: FaultProxy, browser: Browser) -> Before:
    tokens, revoked, pkce = obtain_tokens(browser, MOBILE, scope=OFFLINE), obtain_tokens(browser, SPA)["access_token"], Pkce()
    assert SPA.post("/oauth2/revoke", {"token": revoked}).status_code == 200
    code = obtain_code(browser, SPA, pkce)
    return Before(browser, tokens["access_token"], revoked, tokens["refresh_token"], code, pkce)


def whoever(browser: Browser) -> Answer:
    """The account API for whoever is signed in in this browser."""
    return browser.http.get("/api/v1/account/me", headers={"accept": "application/json"})


def asks_to_try_again(answer: Answer) -> bool:
    """A 503 page with a sentence and a time."""
    readable = "try again" in page_of(answer).texts.get("error-message", "")
    return answer.status_code == 503 and readable and int(answer["Retry-After"]) > 0


def end(line: FaultProxy) -> None:
    """The fault is over, and so is the time in which the cache is left alone."""
    line.turn(Line.WORKS)
    caches["limits_local"].clear()
    copies_line.wake()


def refreshed(token: str) -> Answer:
    return MOBILE.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token})


# --- During the fault ---------------------------------------------------------------------------------------------------
@every_fault
def test_tokens_do_not_need_the_cache(line: FaultProxy, before: Before, fault: Line) -> None:
    line.turn(fault)
    assert introspect(BACKEND, before.live)["active"]
    assert introspect(BACKEND, before.revoked) == {"active": False}
    assert (userinfo(before.live).status_code, userinfo(before.revoked).status_code) == (200, 401)
    assert SPA.exchange(before.code, before.pkce).status_code == 200
    assert SPA.exchange(before.code, before.pkce).status_code == 400
    again = json_of(refreshed(before.refresh_token))
    assert SPA.post("/oauth2/revoke", {"token": before.live}).status_code == 200
    # Another client's token is left alone, its own is not.
    assert introspect(BACKEND, before.live)["active"]
    assert MOBILE.post("/oauth2/revoke", {"token": again["refresh_token"]}).status_code == 200
    assert introspect(BACKEND, before.live) == introspect(BACKEND, again["access_token"]) == {"active": False}
    assert json_of(refreshed(again["refresh_token"]))["error"] == "invalid_grant"
    # One attempt, on an old connection and on a new one, tells that copies are away; nobody waits for them after that.
    assert line.asked <= 2


@every_fault
def test_a_session_is_read_from_sql(line: FaultProxy, before: Before, shopper: User, stranger: Browser, fault: Line) -> None:
    line.turn(fault)
    for _ in range(5):
        answer = whoever(before.browser)
        assert answer.status_code == 200
        assert json_of(answer)["data"]["sub"] == str(shopper.pk)
        assert whoever(stranger).status_code == 401
    # One attempt tells that the cache is away; the requests after it do not wait for it.
    assert line.asked <= 1


@every_fault
def test_a_sign_in_that_cannot_be_kept_asks_to_try_again(
    line: FaultProxy, before: Before, stranger: Browser, fault: Line
) -> None:
    begun = stranger.open(SPA.authorize_url(Pkce()))
    line.turn(fault)
    # Once for the client's copy, which then rests, once for the limit, once for what the sign-in keeps.
    requests: tuple[tuple[Callable[[], Answer], int], ...] = (
        # And once for the browser's session, which then rests too.
        (lambda: before.browser.open(SPA.authorize_url(Pkce(), prompt="consent")), 4),
        (lambda: stranger.submit(begun, username="ada@example.com"), 3),
        (lambda: stranger.open(SPA.authorize_url(Pkce())), 3),
        (lambda: before.browser.open("/oauth2/logout"), 3),
    )
    for request, attempts in requests:
        line.turn(fault)
        assert asks_to_try_again(request())
        assert line.asked <= attempts
    assert SsoSession.objects.count() == 1


@every_fault
def test_whoever_is_signed_in_gets_on_without_the_cache(line: FaultProxy, before: Before, fault: Line) -> None:
    """Nothing has to be kept for them: session, code and token are SQL's."""
    line.turn(fault)
    pkce = Pkce()
    code = answer_of(before.browser.open(SPA.authorize_url(pkce, prompt="none"))["Location"])["code"]
    assert SPA.exchange(code, pkce).status_code == 200
    # Once for the client's copy, which then rests, once for the limit, once for the browser's session.
    assert line.asked <= 3
    end_session(sid=SsoSession.objects.get().pk, reason="revoked")
    assert asks_to_try_again(before.browser.open(SPA.authorize_url(Pkce(), prompt="none")))


@every_fault
def test_limits_fall_back_to_this_process(line: FaultProxy, before: Before, fault: Line) -> None:
    line.turn(fault)
    guesses = [
        post_form("/oauth2/introspect", {"client_id": "x", "client_secret": "y", "token": "z"}) for _ in range(FREE_FAILURES + 1)
    ]
    statuses = [answer.status_code for answer in guesses]
    assert statuses[:FREE_FAILURES] == [401] * FREE_FAILURES
    assert statuses[-1] == 429
    assert json_of(guesses[-1])["error_description"]
    # Who proves itself is not slowed.
    assert introspect(BACKEND, before.live)["active"]


@every_fault
def test_probes_tell_alive_from_ready(line: FaultProxy, before: Before, fault: Line) -> None:
    line.turn(fault)
    http = HttpClient()
    assert http.get("/healthz").status_code == 200
    assert line.asked == 0
    ready = http.get("/readyz")
    assert (ready.status_code, json_of(ready)["failing"]) == (503, ["cache"])
    line.turn(Line.WORKS)
    assert http.get("/readyz").status_code == 200


# --- After it -----------------------------------------------------------------------------------------------------------
@every_fault
@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
def test_what_ended_during_the_fault_stays_ended(line: FaultProxy, before: Before, stranger: Browser, fault: Line) -> None:
    assert whoever(before.browser).status_code == 200
    line.turn(fault)
    end_session(sid=SsoSession.objects.get().pk, reason="revoked")
    assert whoever(before.browser).status_code == 401
    assert introspect(BACKEND, before.live) == {"active": False}
    # The cache comes back as it was: it still knows the browser's session.
    end(line)
    assert whoever(before.browser).status_code == 401
    assert line.messages > 0
    assert kind_of(before.browser.open(SPA.authorize_url(Pkce(), prompt="none"))) == "login_required"
    assert introspect(BACKEND, before.live) == {"active": False}
    assert json_of(refreshed(before.refresh_token))["error"] == "invalid_grant"
    assert json_of(SPA.exchange(before.code, before.pkce))["error"] == "invalid_grant"


@every_fault
def test_everybody_gets_on_when_it_is_over(line: FaultProxy, before: Before, make_user: Callable[..., User], fault: Line) -> None:
    line.turn(fault)
    assert asks_to_try_again(before.browser.open(SPA.authorize_url(Pkce(), prompt="consent")))
    assert refreshed(before.refresh_token).status_code == 200
    end(line)
    assert kind_of(before.browser.open(SPA.authorize_url(Pkce(), prompt="none"))) == "code"
    other = make_user()
    elsewhere = signed_in(other)
    assert json_of(whoever(elsewhere))["data"]["sub"] == str(other.pk)
    assert json_of(whoever(before.browser))["data"]["sub"] != str(other.pk)


def test_limits_are_shared_again_when_it_is_over(line: FaultProxy, before: Before) -> None:
    line.turn(Line.STOPPED)
    wrong = {"client_id": "x", "client_secret": "y", "token": "z"}
    assert post_form("/oauth2/introspect", wrong).status_code == 401
    end(line)
    assert post_form("/oauth2/introspect", wrong).status_code == 401
    assert line.messages > 0


# --- Flushed ------------------------------------------------------------------------------------------------------------
def test_a_flush_ends_no_session_and_revives_none(before: Before, stranger: Browser) -> None:
    begun, _asked = stranger.open(SPA.authorize_url(Pkce())), before.browser.open("/oauth2/logout")
    forget_all_caches()
    # What was under way says how to begin again.
    lost = stranger.submit(begun, username="ada@example.com")
    assert lost.status_code == 410
    assert "again" in page_of(lost).texts["error-message"]
    assert before.browser.http.get(before.browser.address).status_code == 410
    assert whoever(before.browser).status_code == 200
    assert kind_of(before.browser.open(SPA.authorize_url(Pkce(), prompt="none"))) == "code"
    assert introspect(BACKEND, before.revoked) == {"active": False}
    end_session(sid=SsoSession.objects.get().pk, reason="revoked")
    forget_all_caches()
    assert whoever(before.browser).status_code == 401
    assert introspect(BACKEND, before.live) == {"active": False}


def test_each_cache_waits_as_long_as_it_may(settings: Settings) -> None:
    waits = {}
    for alias in ("ephemeral", "sessions", "limits"):
        options = caches[alias].client.get_client().connection_pool.connection_kwargs  # type: ignore[attr-defined]
        waits[alias] = (options["socket_connect_timeout"], options["socket_timeout"])
    # Limits are asked for at every sign-in and have something to fall back to.
    assert waits == {"ephemeral": (1, 1), "sessions": (1, 1), "limits": (0.25, 0.25)}
