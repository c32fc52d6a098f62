"""What another process changes holds at the provider's next request: nothing of it is kept in a process (AUTH.md, D4).

A management command is such a process, and so are the worker and every other node.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from idp.tests.journey import Pkce, answer_of
from idp.tests.live_provider import Provider, follow, running, sign_in

pytestmark = pytest.mark.unmeasured

_CALLBACK = "http://localhost:5173/callback"
_REVOKE = (
    "from idp.oidc.models import AccessToken; from idp.core import clock; AccessToken.objects.update(revoked_at=clock.now())"
)
_SWITCH = """
from idp.oidc.models import Client
from idp.oidc.registry.switch import switch_off, switch_on
{act}(client=Client.objects.get(client_id="demo-spa"))
"""
_END = """
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
[end_session(sid=session.pk, reason="revoked") for session in SsoSession.objects.filter(ended_at=None)]
"""
_RETIRE = 'from idp.oidc.models import SigningKey; SigningKey.objects.filter(algorithm="ES256").update(state="gone")'


@dataclass
class Shop:
    """The demo shop, a browser, and the shop's API."""

    provider: Provider
    browser: httpx.Client

    def authorized(self, pkce: Pkce) -> str:
        """The address of an authorization request."""
        request = {
            "client_id": "demo-spa", "redirect_uri": _CALLBACK, "response_type": "code", "scope": "openid orders",
            "state": "one", "nonce": "two", "code_challenge": pkce.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"/oauth2/authorize?{urlencode(request)}"

    def token(self) -> str:
        """An access token of whoever signs in."""
        pkce = Pkce()
        code = answer_of(sign_in(self.browser, self.authorized(pkce)))["code"]
        form = {"grant_type": "authorization_code", "client_id": "demo-spa", "code": code, "redirect_uri": _CALLBACK}
        answer = self.browser.post("/oauth2/token", data={**form, "code_verifier": pkce.verifier})
        return str(answer.raise_for_status().json()["access_token"])

    def is_live(self, token: str) -> bool:
        """What the API hears of it."""
        pair = f"demo-api:{self.provider.environ['DEMO_API_CLIENT_SECRET']}"
        headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        answer = self.browser.post("/oauth2/introspect", data={"token": token}, headers=headers)
        return bool(answer.raise_for_status().json()["active"])

    def elsewhere(self, code: str) -> None:
        """Let another process do this."""
        self.provider.manage("shell", "-v", "0", "-c", code)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running(tmp_path) as provider, provider.browser() as browser:
        yield Shop(provider, browser)


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
def test_tokens_clients_sessions_and_keys_are_read_where_they_were_changed(shop: Shop) -> None:
    token = shop.token()
    assert shop.is_live(token)
    shop.elsewhere(_REVOKE)
    assert not shop.is_live(token)

    # A client: its requests are refused as long as it is off.
    request = shop.authorized(Pkce())
    assert shop.browser.get(request).status_code == 303
    shop.elsewhere(_SWITCH.format(act="switch_off"))
    assert shop.browser.get(request).status_code == 400
    shop.elsewhere(_SWITCH.format(act="switch_on"))
    assert shop.browser.get(request).status_code == 303

    # A session: the browser still holds its cookie.
    assert follow(shop.browser, shop.browser.get("/account")).url.path == "/account"
    shop.elsewhere(_END)
    assert follow(shop.browser, shop.browser.get("/account")).url.path.endswith("/identifier")

    # A key.
    before = {key["kid"] for key in shop.browser.get("/oauth2/jwks").json()["keys"]}
    shop.elsewhere(_RETIRE)
    after = {key["kid"] for key in shop.browser.get("/oauth2/jwks").json()["keys"]}
    assert after < before
