"""No secret is written down, by anything, at any log level: a running provider at DEBUG, every journey, then a search of it all.

Each secret of the journeys is one of a kind. Searched are what the provider prints, its database with request log and audit
trail, and its Redis; in clear, percent-encoded and in base64.
"""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from idp.tests.journey import Pkce, answer_of, basic
from idp.tests.live_provider import Provider, follow, running, stop, submitted
from idp.tests.pages import read_page
from idp.tests.parties import MOBILE
from idp.tests.stored_bytes import disguises, found, stores_of

pytestmark = pytest.mark.unmeasured

_SCOPE = "openid profile email orders offline_access"
_API_SECRET = "DEMO_API_CLIENT_SECRET"
# What has to be in a store as it is, and why. Never in the log.
IN_CLEAR = {
    # It goes into the ID token once the code is redeemed (OIDC Core §2), and binds that token, not anything of ours.
    "nonce",
    # Which authorization request a session was proved for; of use only to the browser that it is bound to.
    "interaction",
}


@dataclass
class Walk:
    """One person and one application, and every secret they handled."""

    provider: Provider
    email: str = field(default_factory=lambda: f"canary-{secrets.token_hex(8)}@example.com")
    secrets: dict[str, str] = field(default_factory=dict)
    walked: int = 0

    def new(self, name: str) -> str:
        """A secret of this journey that nobody else has."""
        return self.note(name, f"Canary-{secrets.token_urlsafe(24)}")

    def note(self, name: str, value: str) -> str:
        """A secret that the provider made."""
        assert len(value) >= 16, (name, value)
        self.secrets[name if name not in self.secrets else f"{name} {len(self.secrets)}"] = value
        return value

    def post(self, path: str, form: dict[str, str], **headers: str) -> Any:  # noqa: ANN401 - JSON
        """A program's form; the answer's JSON, whose tokens are noted."""
        with self.provider.browser() as program:
            answer = program.post(path, data=form, headers=headers)
        self.walked += 1
        assert answer.status_code < 500, answer.text
        body = answer.json()
        for name, value in body.items():
            if name in {"access_token", "refresh_token", "id_token"}:
                self.note(name, value)
        return body

    def authorize(self, browser: httpx.Client, pkce: Pkce) -> httpx.Response:
        """An authorization request of the mobile app."""
        request = {
            "client_id": MOBILE.client_id, "redirect_uri": MOBILE.redirect_uri, "response_type": "code", "scope": _SCOPE,
            "state": self.new("state"), "nonce": self.new("nonce"), "login_hint": self.email, "prompt": "login",
            "code_challenge": pkce.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        self.note("verifier", pkce.verifier)
        first = browser.get(f"/oauth2/authorize?{urlencode(request)}")
        self.note("interaction", urlsplit(first.headers["Location"]).path.rpartition("/")[2])
        return follow(browser, first)


def sign_in(walk: Walk, password: str) -> tuple[str, Pkce, httpx.Cookies]:
    """Wrong password, right password; the code, its verifier and the cookies."""
    pkce = Pkce()
    with walk.provider.browser() as browser:
        page = walk.authorize(browser, pkce)
        page = follow(browser, submitted(browser, page, username=walk.email))
        refused = submitted(browser, page, password=walk.new("wrong password"))
        assert refused.status_code == 401
        walk.note("form token", read_page(refused.text).fields["csrfmiddlewaretoken"])
        end = follow(browser, submitted(browser, refused, password=password))
        for name, title in (("idp_session", "session cookie"), ("idp_csrf", "csrf cookie"), ("idp_browser", "browser cookie")):
            walk.note(title, browser.cookies[name])
        walk.walked += 4
        return walk.note("code", answer_of(end.headers["Location"])["code"]), pkce, browser.cookies


def use_tokens(walk: Walk, code: str, pkce: Pkce) -> dict[str, str]:
    """Each endpoint with what is right, what is wrong, and what came too late or to the wrong place."""
    client, secret = {"client_id": MOBILE.client_id}, walk.provider.environ[_API_SECRET]
    redemption = {"grant_type": "authorization_code", "code": code, "redirect_uri": MOBILE.redirect_uri, **client}
    walk.post("/oauth2/token", {**redemption, "code_verifier": walk.new("wrong verifier")})
    tokens: dict[str, str] = walk.post("/oauth2/token", {**redemption, "code_verifier": pkce.verifier})
    renewal = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **client}
    renewed: dict[str, str] = walk.post("/oauth2/token", renewal)
    walk.post("/oauth2/token", renewal)
    walk.post("/oauth2/token", {**renewal, "client_secret": walk.new("secret of a public client")})

    walk.note("client secret", secret)
    asked = {"token": renewed["access_token"]}
    assert not walk.post("/oauth2/introspect", asked, **basic("demo-api", secret))["active"]
    walk.post("/oauth2/introspect", asked, **basic("demo-api", walk.new("wrong client secret")))
    walk.post("/oauth2/introspect", {**asked, "client_id": "demo-api", "client_secret": secret})
    with walk.provider.browser() as program:
        program.get("/oauth2/userinfo", headers={"authorization": f"Bearer {renewed['access_token']}"}).raise_for_status()
        program.get(f"/oauth2/userinfo?access_token={renewed['access_token']}")
        program.get("/oauth2/userinfo", headers={"authorization": f"Bearer {walk.new('made-up token')}"})
        program.get("/api/v1/account/me", headers={"authorization": f"Bearer {renewed['access_token']}"})
        program.patch("/api/v1/account/me", json={"password": walk.new("password in JSON")})
        program.post("/oauth2/token", json={**renewal, "client_secret": walk.new("secret in JSON")})
        program.get(f"/oauth2/token?{urlencode({**renewal, 'client_secret': walk.new('secret in an address')})}")
        program.get(f"/oauth2/{walk.new('secret in a path')}?token={tokens['id_token']}")
        program.get("/healthz", headers={"referer": f"https://app.example/?code={walk.new('code in a referer')}"})
        program.post("/oauth2/token", content=b"{" + walk.new("broken body").encode(), headers={"content-type": "text/plain"})
        walk.walked += 10
    return renewed


def sign_out(walk: Walk, cookies: httpx.Cookies, tokens: dict[str, str], code: str, pkce: Pkce) -> None:
    """Revoke, replay the code, sign out with a hint, and come back with dead cookies."""
    walk.post("/oauth2/revoke", {"token": tokens["access_token"], "client_id": MOBILE.client_id})
    replay = {"grant_type": "authorization_code", "code": code, "redirect_uri": MOBILE.redirect_uri}
    walk.post("/oauth2/token", {**replay, "code_verifier": pkce.verifier, "client_id": MOBILE.client_id})
    with walk.provider.browser() as browser:
        browser.cookies = cookies
        browser.get("/api/v1/account/me").raise_for_status()
        page = follow(browser, browser.get(f"/oauth2/logout?{urlencode({'id_token_hint': tokens['id_token']})}"))
        assert page.status_code == 200
        browser.post(
            "/login", data={"csrfmiddlewaretoken": walk.new("forged form token"), "password": walk.new("stray password")}
        )
        walk.walked += 4


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Walk, dict[str, bytes]]]:
    """Every secret of the journeys, and everything that was written meanwhile."""
    folder = tmp_path_factory.mktemp("canaries")
    log, redis_url = folder / "log", os.environ.get("REDIS_URL", "")
    with running(folder, log, IDP_LOG_LEVEL="DEBUG") as provider:
        walk = Walk(provider)
        password = walk.new("password")
        provider.manage("create_user", "--email", walk.email, "--verified", "--password-stdin", stdin=password)
        code, pkce, cookies = sign_in(walk, password)
        tokens = use_tokens(walk, code, pkce)
        # Searched while everything is alive and in progress, and once more when all is over.
        with provider.browser() as browser:
            submitted(browser, walk.authorize(browser, Pkce()), username=walk.email)
        alive = {f"{place}, in use": content for place, content in stores_of(provider, redis_url).items()}
        sign_out(walk, cookies, tokens, code, pkce)
        stop(provider.process)
        yield walk, {**alive, **stores_of(provider, redis_url), "log": log.read_bytes()}


def test_the_log_holds_no_secret_and_no_address(walked: tuple[Walk, dict[str, bytes]]) -> None:
    walk, written = walked
    lines = [line for line in written["log"].splitlines() if line.startswith(b"{")]
    answered = [line for line in lines if json.loads(line)["event"] == "request answered"]
    assert len(answered) >= walk.walked >= 25
    assert b'"level": "debug"' in written["log"] or b'"level":"debug"' in written["log"]
    assert found({**walk.secrets, "address": walk.email}, {"log": written["log"]}) == set()


def test_the_stores_hold_no_secret_but_what_they_must(walked: tuple[Walk, dict[str, bytes]]) -> None:
    walk, written = walked
    stores = {place: content for place, content in written.items() if place != "log"}
    # The search looks into the right places: what is public is found there.
    assert any(b"demo-spa" in content for content in stores.values())
    assert any(b"oidc:token" in content for content in stores.values()), "the request log is not among what was searched"
    assert len(walk.secrets) >= 30
    there = {name.rstrip(" 0123456789") for name, _place in found({**walk.secrets, "address": walk.email}, stores)}
    assert there == IN_CLEAR


@pytest.mark.parametrize("before", ["", "x", "demo-api:"])
def test_a_secret_is_recognised_in_disguise(before: str) -> None:
    secret = "Canary-5f0c9f7a~+/?5f0c9f7a"
    whole = dict.fromkeys(["header"], basic(before, secret)["authorization"].encode())
    assert found({"secret": secret}, whole) == {("secret", "header")}
    assert found({"secret": secret}, {"query": urlencode({"a": secret}).encode()}) == {("secret", "query")}
    assert len(set(disguises(secret))) >= 6
