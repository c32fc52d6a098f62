"""What `bench.endpoints` asks for: each scenario is so many connections and what they say."""

import itertools
import json
import urllib.parse
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from bench.generator import Talk
from idp.tests.journey import Pkce, answer_of
from idp.tests.live_provider import Provider, follow, sign_in

_SPA = ("demo-spa", "http://localhost:5173/callback")
# The one that is given refresh tokens.
_APP = ("fashionistar-mobile", "https://app.fashionistar.net/mobile/callback")
# For each connection in each slice of time: codes live for a minute.
_CODES = 15
_SCOPE = "openid email roles orders"


@dataclass(frozen=True)
class Scenario:
    """`talks` makes what the connections say, afresh for each slice of time."""

    name: str
    connections: int
    talks: Callable[[], list[Talk]]

    @classmethod
    def constant(cls) -> "Scenario":
        """The baseline."""
        return cls("constant answer", 16, lambda: _same(_get("/"), b"hello", 16))


@dataclass(frozen=True)
class Prepared:
    """A provider with somebody signed in: tokens, codes, and the authorization of the backend that introspects."""

    port: int
    basic: str
    access_token: str
    refresh_tokens: "itertools.cycle[list[str]]"
    browser: httpx.Client

    def new_token(self) -> str:
        """An access token that nobody has asked about yet."""
        return str(_redeemed(self.browser, _SPA, *_code(self.browser, _SPA, _SCOPE))["access_token"])

    @classmethod
    def make(cls, provider: Provider) -> "Prepared":
        """Through the front door: pages, authorize, token."""
        pair = f"demo-api:{provider.environ['DEMO_API_CLIENT_SECRET']}"
        browser, first = provider.browser(), Pkce()
        location = sign_in(browser, _authorize_url(first, _SPA, _SCOPE))
        tokens = _redeemed(browser, _SPA, answer_of(location)["code"], first)
        chains = [[_refresh_token(browser)] for _ in range(4)]
        return cls(
            port=urlsplit(provider.issuer).port or 80,
            basic="Basic " + b64encode(pair.encode()).decode(),
            access_token=tokens["access_token"],
            refresh_tokens=itertools.cycle(chains),
            browser=browser,
        )


def scenarios(given: Prepared) -> list[Scenario]:
    """All of them, in the order they take turns."""
    # What is asked over and over is made once.
    authorized = {"Authorization": given.basic}
    ask = _post("/oauth2/introspect", {"token": given.access_token}, authorized)
    unknown = _post("/oauth2/introspect", {"token": "fst_at_" + "x" * 67}, authorized)
    grant = _post("/oauth2/token", {"grant_type": "client_credentials", "scope": "orders"}, authorized)
    bearer = _get("/oauth2/userinfo", {"Authorization": f"Bearer {given.access_token}"})
    return [
        Scenario("discovery", 16, lambda: _same(_get("/.well-known/openid-configuration"), b'"issuer"', 16)),
        Scenario("jwks", 16, lambda: _same(_get("/oauth2/jwks"), b'"keys"', 16)),
        Scenario("introspect, 1", 1, lambda: _same(ask, b'"active": true', 1)),
        Scenario("introspect, 16", 16, lambda: _same(ask, b'"active": true', 16)),
        Scenario("introspect, 64", 64, lambda: _same(ask, b'"active": true', 64)),
        Scenario("introspect unknown, 16", 16, lambda: _same(unknown, b'{"active": false}', 16)),
        # With a token of its own, or one that is good once.
        Scenario("userinfo, 16", 16, lambda: _same(bearer, b'"sub"', 16)),
        Scenario("client_credentials, 1", 1, lambda: _same(grant, b'"access_token"', 1)),
        Scenario("client_credentials, 16", 16, lambda: _same(grant, b'"access_token"', 16)),
        Scenario("client_credentials, 64", 64, lambda: _same(grant, b'"access_token"', 64)),
        Scenario("code exchange, 4", 4, lambda: [_exchanges(given) for _ in range(4)]),
        Scenario("refresh, 4", 4, lambda: [_refreshes(next(given.refresh_tokens)) for _ in range(4)]),
        # Of a day's requests eight in ten are introspections.
        Scenario("mixed, 64", 64, lambda: [_in_turn([*[ask] * 8, bearer, grant], start) for start in range(64)]),
        Scenario("silent sign-in, 4", 4, lambda: [_silent_sign_ins(given.browser) for _ in range(4)]),
    ]


# --- What connections say -------------------------------------------------------------------------------------------------
def _same(request: bytes, expected: bytes, connections: int) -> list[Talk]:
    return [Talk(lambda _answer: request, expected) for _ in range(connections)]


def _in_turn(requests: list[bytes], start: int) -> Talk:
    """One after the other, each connection beginning elsewhere; whatever is answered is JSON."""
    turns = itertools.cycle([*requests[start % len(requests) :], *requests[: start % len(requests)]])
    return Talk(lambda _answer: next(turns), b"application/json")


def _silent_sign_ins(browser: httpx.Client) -> Talk:
    """What a page does when it opens, for somebody who is signed in: authorize, token; over and over."""
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    pkce = Pkce()

    def go_on(answer: bytes) -> bytes:
        address = _led_to(answer)
        talk.continues = "code=" not in address
        if talk.continues:
            talk.expected = b"ocation: "
            # A revision of before leads to an interaction first.
            return _get(address or _authorize_url(pkce, _SPA, _SCOPE), cookie)
        talk.expected = b'"id_token"'
        return _post("/oauth2/token", _redemption(_SPA, answer_of(address)["code"], pkce))

    talk = Talk(go_on, b"")
    return talk


def _led_to(answer: bytes) -> str:
    """Where a redirect leads; "" for any other answer."""
    before, found, rest = answer.partition(b"\r\n\r\n")[0].lower().partition(b"location: ")
    start = len(before) + len(found)
    return answer[start:].partition(b"\r")[0].decode() if rest else ""


def _exchanges(given: Prepared) -> Talk:
    """Each code is good once; they are made before the clock starts."""
    redemptions = iter([_post("/oauth2/token", _redemption(_SPA, *_code(given.browser, _SPA, _SCOPE))) for _ in range(_CODES)])
    return Talk(lambda _answer: next(redemptions, None), b'"access_token"')


def _refreshes(chain: list[str]) -> Talk:
    """Each answer holds the token of the next request."""

    def renew(answer: bytes) -> bytes:
        if answer:
            chain[0] = json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])["refresh_token"]
        return _post("/oauth2/token", {"grant_type": "refresh_token", "client_id": _APP[0], "refresh_token": chain[0]})

    return Talk(renew, b'"refresh_token"')


def _get(path: str, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"{name}: {value}" for name, value in {"Host": "localhost", **(headers or {})}.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


def _post(path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> bytes:
    body = urlencode(form, quote_via=urllib.parse.quote)
    sent = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in {**sent, **(headers or {})}.items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", body]).encode()


# --- One at a time, by `bench.growth` and `bench.start` ----------------------------------------------------------------------
def introspection_of(given: Prepared, token: str) -> httpx.Request:
    """Ask about this token as the backend does."""
    return given.browser.build_request(
        "POST", "/oauth2/introspect", data={"token": token}, headers={"Authorization": given.basic}
    )


def exchange_of(given: Prepared) -> httpx.Request:
    """Redeem a code that was just made."""
    return given.browser.build_request("POST", "/oauth2/token", data=_redemption(_SPA, *_code(given.browser, _SPA, _SCOPE)))


def renewal_of(given: Prepared) -> httpx.Request:
    """Use the refresh token of a chain that was just begun."""
    form = {"grant_type": "refresh_token", "client_id": _APP[0], "refresh_token": _refresh_token(given.browser)}
    return given.browser.build_request("POST", "/oauth2/token", data=form)


# --- Getting ready --------------------------------------------------------------------------------------------------------
def _authorize_url(pkce: Pkce, client: tuple[str, str], scope: str) -> str:
    asked = {
        "client_id": client[0], "redirect_uri": client[1], "response_type": "code", "scope": scope, "state": "s", "nonce": "n",
        "code_challenge": pkce.challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"/oauth2/authorize?{urlencode(asked)}"


def _redemption(client: tuple[str, str], code: str, pkce: Pkce) -> dict[str, str]:
    named = {"client_id": client[0], "redirect_uri": client[1]}
    return {"grant_type": "authorization_code", **named, "code": code, "code_verifier": pkce.verifier}


def _redeemed(browser: httpx.Client, client: tuple[str, str], code: str, pkce: Pkce) -> dict[str, str]:
    answer: dict[str, str] = browser.post("/oauth2/token", data=_redemption(client, code, pkce)).raise_for_status().json()
    return answer


def _code(browser: httpx.Client, client: tuple[str, str], scope: str) -> tuple[str, Pkce]:
    """A code for whoever is signed in."""
    pkce = Pkce()
    answer = follow(browser, browser.get(_authorize_url(pkce, client, scope)))
    return answer_of(answer.headers["Location"])["code"], pkce


def _refresh_token(browser: httpx.Client) -> str:
    """The refresh token of a new chain."""
    return _redeemed(browser, _APP, *_code(browser, _APP, "openid email offline_access"))["refresh_token"]
