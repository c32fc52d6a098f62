"""Endless authorization requests: an address may keep so many, each is small, and each leaves by itself."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from pytest_django import Settings

from idp.core.ratelimit import AddressLimit
from idp.oidc.authorize import view
from idp.oidc.tests.authorize.test_interaction import code_of
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import SPA

_LARGEST = 16 * 1024


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests instead of hundreds, so that the test is short."""
    monkeypatch.setattr(view, "_let_in", AddressLimit("authorization_request", "3/minute"))


def entries() -> list[tuple[int, bool]]:
    """What the store of pending requests holds: the size of each entry, and whether it leaves by itself."""
    cache = caches["ephemeral"]
    if isinstance(cache, LocMemCache):
        ends = cache._expire_info  # type: ignore[attr-defined]  # nothing public tells it
        return [(len(entry), ends[key] is not None) for key, entry in cache._cache.items()]  # type: ignore[attr-defined]
    redis = cache.client.get_client(write=True)  # type: ignore[attr-defined]  # django-redis
    return [(redis.strlen(key), redis.ttl(key) > 0) for key in redis.scan_iter(cache.make_key("*"))]


@pytest.mark.spec("RFC 6819", "4.4.1.11")
def test_an_address_that_asks_without_end_is_told_to_wait(stranger: Browser, few: None) -> None:
    asked = [stranger.http.get(SPA.authorize_url(Pkce())) for _ in range(5)]
    assert [answer.status_code for answer in asked] == [303, 303, 303, 429, 429]
    kept = entries()
    refused = asked[-1]
    assert "Location" not in refused
    assert code_of(refused) == "rate_limited"
    assert b"Please try again in" in refused.content
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert len(kept) == 3
    # Somebody else's network is not concerned.
    elsewhere = stranger.http.get(SPA.authorize_url(Pkce()), REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 303


def test_a_refused_request_keeps_nothing_and_counts_for_nothing(stranger: Browser, few: None) -> None:
    for _ in range(5):
        assert stranger.http.get(SPA.authorize_url(Pkce(), client_id="nobody")).status_code == 400
        answer = stranger.http.get(SPA.authorize_url(Pkce(), response_type="token"))
        assert "error" in parse_qs(urlsplit(answer["Location"]).query)
    assert entries() == []
    assert stranger.http.get(SPA.authorize_url(Pkce())).status_code == 303


def test_a_crowd_behind_one_address_is_served(stranger: Browser) -> None:
    assert {stranger.http.get(SPA.authorize_url(Pkce())).status_code for _ in range(150)} == {303}


def test_measurements_are_not_slowed(stranger: Browser, few: None, settings: Settings) -> None:
    settings.IDP_THROTTLE = False
    assert {stranger.http.get(SPA.authorize_url(Pkce())).status_code for _ in range(10)} == {303}


@pytest.mark.spec("RFC 6819", "4.4.1.11")
def test_what_is_kept_is_small_and_leaves_by_itself(stranger: Browser) -> None:
    wishes = {name: {"essential": True} for name in ("name", "email", "picture", "locale")}
    largest = {
        "state": "s" * 2048, "nonce": "n" * 1024, "login_hint": "h" * 8000, "ui_locales": "l" * 8000, "acr_values": "a " * 3000,
        "claims": json.dumps({"id_token": wishes, "userinfo": wishes, "unknown": "u" * 7000}),
    }  # fmt: skip
    answer = stranger.http.get(SPA.authorize_url(Pkce(), **largest))
    assert answer["Location"].startswith("/interaction/")
    stranger.open(answer["Location"])
    kept = entries()
    # The request, its browser and the sign-in.
    assert len(kept) >= 3
    assert max(size for size, _leaves in kept) > 2048 + 1024
    assert all(size < _LARGEST and leaves for size, leaves in kept)
