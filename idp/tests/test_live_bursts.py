"""Bursts against the production server and all its workers: fifty tabs with one refresh token, five hundred wrong passwords.

What holds within one process is tested beside the services; here nothing is shared but the stores. Two workers need Redis, so
the embedded default has one.
"""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

import httpx
import pytest

from idp.login.delays import FREE_FAILURES
from idp.tests.browser.live import SHOPPER
from idp.tests.journey import Pkce, answer_of
from idp.tests.live_provider import Provider, follow, running, sign_in, submitted

pytestmark = pytest.mark.unmeasured

_WORKERS = "2" if os.environ.get("REDIS_URL") else "1"
_TABS = 50
_GUESSES = 500
_STRANGERS = 10
# So many waits last twenty minutes, longer than the burst on any machine.
_WAITS = 8
# Far fewer than one address may send.
_FORMS_PER_ADDRESS = 10
_CALLBACK = "https://app.fashionistar.net/mobile/callback"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """Behind a proxy, so that each stranger can have an address of its own."""
    with running(tmp_path_factory.mktemp("bursts"), WORKERS=_WORKERS, IDP_TRUSTED_PROXIES="127.0.0.0/8,::1/128") as made:
        yield made


def request_of(pkce: Pkce, **more: str) -> str:
    """The mobile app's, which gets refresh tokens that are replaced at each use."""
    return "/oauth2/authorize?" + urlencode({
        "client_id": "fashionistar-mobile", "redirect_uri": _CALLBACK, "response_type": "code", "scope": "openid offline_access",
        "state": "s", "nonce": "n", "code_challenge": pkce.challenge, "code_challenge_method": "S256",
        **more,
    })  # fmt: skip


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_fifty_tabs_refresh_one_token_and_nobody_is_signed_out(provider: Provider) -> None:
    pkce = Pkce()
    with provider.browser() as browser:
        code = answer_of(sign_in(browser, request_of(pkce)))["code"]
    app = {"client_id": "fashionistar-mobile"}
    redeem = {"grant_type": "authorization_code", "redirect_uri": _CALLBACK, "code": code, "code_verifier": pkce.verifier}
    presented = _posted(provider, {**app, **redeem}).json()["refresh_token"]

    starting_line = Barrier(_TABS)

    def refresh(_tab: int) -> httpx.Response:
        starting_line.wait(timeout=60)
        return _posted(provider, {**app, "grant_type": "refresh_token", "refresh_token": presented})

    with ThreadPoolExecutor(_TABS) as tabs:
        answers = list(tabs.map(refresh, range(_TABS)))

    # All the same successor, each an access token of its own; and the chain goes on.
    assert {answer.status_code for answer in answers} == {200}
    (successor,) = {answer.json()["refresh_token"] for answer in answers}
    assert len({answer.json()["access_token"] for answer in answers}) == _TABS
    assert _posted(provider, {**app, "grant_type": "refresh_token", "refresh_token": successor}).status_code == 200


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_five_hundred_wrong_passwords_are_a_handful_of_guesses_and_the_owner_gets_in(provider: Provider) -> None:
    with provider.browser() as owner:
        # A browser that the account knows from now on.
        sign_in(owner, request_of(Pkce()))
        with ThreadPoolExecutor(_STRANGERS) as strangers:
            told = sum(strangers.map(lambda stranger: _guess(provider, stranger), range(_STRANGERS)), Counter[int]())
        # The third: a hash had no place in the line. Nothing was compared.
        assert told[401] + told[429] + told[503] == _GUESSES
        # Those that are free, and one for each wait that ended meanwhile; each wait is longer than the one before.
        assert FREE_FAILURES <= told[401] <= FREE_FAILURES + _WAITS
        assert "code" in answer_of(sign_in(owner, request_of(Pkce(), prompt="login")))


def _guess(provider: Provider, stranger: int) -> Counter[int]:
    """What one of them, who has many addresses, is told about their share of the passwords."""
    told: Counter[int] = Counter()
    with provider.browser() as browser:
        for number in range(_GUESSES // _STRANGERS):
            browser.headers["X-Forwarded-For"] = f"198.51.{stranger}.{number // _FORMS_PER_ADDRESS}"
            if number == 0:
                page = follow(browser, browser.get(request_of(Pkce())))
                page = follow(browser, submitted(browser, page, username=SHOPPER.email))
            told[submitted(browser, page, password=f"guess {number}").status_code] += 1
    return told


def _posted(provider: Provider, form: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{provider.issuer}/oauth2/token", data=form, trust_env=False, timeout=60)
