"""`make mobile-demo`: how a native app signs somebody in, step by step, on this machine (RFC 8252).

The system browser, a loopback address with whatever port is free, PKCE, an ID token that is verified, one refresh, and a
sign-out that ends the tokens first. Each step prints what it does. It needs `make run` in another terminal. An app for phones
does the same with AppAuth (`expo/`); what differs is how the answer comes back.
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
import urllib.parse
import webbrowser
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from loopback import Listener, NoAnswer

_SCOPE = "openid profile email offline_access"
_CALL_SECONDS = 10
_CLOCK_LEEWAY_SECONDS = 60
# No redirects: none of these addresses has moved, and a token must not follow one that claims so.
_POOL = urllib3.PoolManager(timeout=_CALL_SECONDS, retries=False)

Members = dict[str, Any]


class SignInFailed(Exception):
    """The sign-in cannot go on; the text is one sentence for the person."""


@dataclass(frozen=True)
class Request:
    """What this sign-in alone knows; the answer must fit all of it."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


# --- The steps --------------------------------------------------------------------------------------------------------
def main(arguments: list[str]) -> int:
    """Sign in, refresh, sign out; the exit status."""
    parser = argparse.ArgumentParser(description="Signs you in as a native app does, and out again.")
    parser.add_argument("--issuer", default="http://localhost:8000", help="the provider (default: that of `make run`)")
    parser.add_argument("--client-id", default="fashionistar-mobile")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening the system browser")
    wish = parser.parse_args(arguments)
    try:
        _run(wish.issuer.rstrip("/"), wish.client_id, opens=not wish.no_browser)
    except SignInFailed as failed:
        print(f"\n{failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was kept.", file=sys.stderr)
        return 1
    return 0


def _run(issuer: str, client_id: str, *, opens: bool) -> None:
    """The whole life of a sign-in. Raises: SignInFailed."""
    _say("1. Discovery: what the provider offers, and where (OpenID Connect Discovery).")
    provider = _discover(issuer)

    with Listener() as listener:
        _say(f"2. Listening on {listener.redirect_uri}: this port was free, and the registration leaves it open.")
        request = Request(_random(), _random(), _random(), listener.redirect_uri)
        address = _authorization_address(provider, client_id, request)
        _say("3. The system browser, never a window of the app's own: only there a saved sign-in and passkeys work.")
        print(f"   {address}", flush=True)
        if opens and not webbrowser.open(address):
            _say("   No browser could be opened; please open this address yourself.")
        try:
            answer = listener.wait()
        except NoAnswer as late:
            raise SignInFailed(str(late)) from late

    # Only an answer that fits is worth a call.
    _say("4. An answer came. Is it ours (state), and from this provider (iss, RFC 9207)?")
    code = _code_of(answer, request, issuer)
    _say("5. The code for tokens, with the verifier that only we know (PKCE).")
    tokens = _token_request(provider, {
        "grant_type": "authorization_code", "code": code, "redirect_uri": request.redirect_uri,
        "client_id": client_id, "code_verifier": request.verifier,
    })  # fmt: skip
    claims = _verified_id_token(provider, tokens, client_id, request.nonce)
    person = _get_json(provider["userinfo_endpoint"], bearer=tokens["access_token"])
    _say(f"6. Signed in as {person.get('name') or person.get('email') or claims['sub']}.")

    # While the app lives: one refresh at a time, and the new token is kept before it is used.
    _say("7. A refresh: the new refresh token replaces the old one before anything else is done.")
    tokens = tokens | _token_request(
        provider, {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": client_id}
    )
    _get_json(provider["userinfo_endpoint"], bearer=tokens["access_token"])
    _sign_out(provider, client_id, tokens, opens=opens)


def _sign_out(provider: Members, client_id: str, tokens: Members, *, opens: bool) -> None:
    """Tokens first, so that they end even if the browser is closed half-way; then the session. Raises: SignInFailed."""
    _say("8. Signing out: the refresh token, and with it its access tokens, end at the provider (RFC 7009).")
    _post(provider["revocation_endpoint"], {"token": tokens["refresh_token"], "client_id": client_id})
    address = f"{provider['end_session_endpoint']}?{urllib.parse.urlencode({'id_token_hint': tokens['id_token']})}"
    _say("9. The browser's session ends too, at the provider, which knows it by the ID token.")
    print(f"   {address}", flush=True)
    if opens:
        webbrowser.open(address)
    _say("Done.")


# --- The authorization request and its answer ----------------------------------------------------------------------------
def _discover(issuer: str) -> Members:
    """The provider's own description, if it is its own. Raises: SignInFailed."""
    found = _get_json(f"{issuer}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise SignInFailed(f"This provider calls itself {found.get('issuer')}, not {issuer}; start again with --issuer.")
    return found


def _authorization_address(provider: Members, client_id: str, request: Request) -> str:
    """Where the person goes (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(request.verifier.encode()).digest()).rstrip(b"=").decode()
    members = {
        "response_type": "code", "client_id": client_id, "redirect_uri": request.redirect_uri, "scope": _SCOPE,
        "state": request.state, "nonce": request.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{provider['authorization_endpoint']}?{urllib.parse.urlencode(members)}"


def _code_of(answer: dict[str, str], request: Request, issuer: str) -> str:
    """The code of an answer that fits the request. Raises: SignInFailed."""
    if not secrets.compare_digest(answer.get("state", ""), request.state):
        raise SignInFailed("An answer came that does not belong to this sign-in; it was ignored. Please start again.")
    if answer.get("iss") != issuer:
        raise SignInFailed("The answer came from another provider than the one that was asked. Please start again.")
    if "error" in answer:
        words = answer.get("error_description", answer["error"])
        raise SignInFailed("You said no; nobody was signed in." if answer["error"] == "access_denied" else words)
    return answer["code"]


# --- Tokens -------------------------------------------------------------------------------------------------------------
def _token_request(provider: Members, members: dict[str, str]) -> Members:
    """An answer of the token endpoint. Raises: SignInFailed."""
    answer: Members = json.loads(_post(provider["token_endpoint"], members))
    return answer


def _verified_id_token(provider: Members, tokens: Members, client_id: str, nonce: str) -> Members:
    """Its claims, once signature and claims are right (OpenID Connect Core §3.1.3.7). Raises: SignInFailed."""
    keys = KeySet.import_key_set({"keys": _get_json(provider["jwks_uri"])["keys"]})
    try:
        token = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
        jwt.JWTClaimsRegistry(
            leeway=_CLOCK_LEEWAY_SECONDS,
            iss={"essential": True, "value": provider["issuer"]},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(token.claims)
    except (JoseError, ValueError) as refused:
        raise SignInFailed("The provider's ID token could not be verified; nobody was signed in.") from refused
    return token.claims


# --- Calls and words ----------------------------------------------------------------------------------------------------
def _get_json(address: str, *, bearer: str = "") -> Members:
    """What stands there. Raises: SignInFailed."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    found: Members = json.loads(_call("GET", address, headers=headers))
    return found


def _post(address: str, members: dict[str, str]) -> bytes:
    """Post a form; the body of the answer. Raises: SignInFailed."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _call("POST", address, headers=headers, body=urllib.parse.urlencode(members))


def _call(method: str, address: str, *, headers: dict[str, str], body: str = "") -> bytes:
    """The body of a good answer. Raises: SignInFailed, in the provider's own words where it gives any."""
    try:
        answer = _POOL.request(method, address, headers=headers, body=body)
    except urllib3.exceptions.HTTPError as failed:
        raise SignInFailed("The provider cannot be reached; is `make run` up, and is --issuer its address?") from failed
    if answer.status == HTTPStatus.OK:
        return answer.data
    try:
        words = json.loads(answer.data).get("error_description", "")
    except ValueError:
        words = ""
    raise SignInFailed(words or f"The provider answered with status {answer.status}; please try again.")


def _random() -> str:
    """256 bits, in the characters of a PKCE verifier (RFC 7636 §4.1)."""
    return secrets.token_urlsafe(32)


def _say(words: str) -> None:
    """At once, whatever stands behind standard output."""
    print(words, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
