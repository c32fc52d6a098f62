"""Two servers of one provider, on one PostgreSQL and one Redis: what ends or changes on one holds at the other's next request.

Each is warm before: the answer that must not be given any more lies in Redis as a copy, put there by the other node.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from idp.tests.browser.live import SHOPPER
from idp.tests.journey import Pkce, answer_of
from idp.tests.live_provider import Provider, another_node, running, sign_in

_SWITCH = """
from idp.oidc.models import Client
from idp.oidc.registry.switch import switch_off, switch_on
{act}(client=Client.objects.get(client_id="demo-api"))
"""
_CALLBACK = "http://localhost:5173/callback"
pytestmark = [pytest.mark.spec("OWASP ASVS 5.0", "7.4.2"), pytest.mark.spec("RFC 7009", "2.1")]


@dataclass
class Nodes:
    """Both, and a browser that only ever talks to the first."""

    first: Provider
    second: Provider
    browser: httpx.Client

    def tokens(self) -> dict[str, Any]:
        """Of the shopper, who signs in at the first node when that is needed."""
        pkce = Pkce()
        asked = {
            "client_id": "demo-spa", "redirect_uri": _CALLBACK, "response_type": "code", "scope": "openid roles orders",
            "state": "s", "nonce": "n", "code_challenge": pkce.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        code = answer_of(sign_in(self.browser, f"/oauth2/authorize?{urlencode(asked)}"))["code"]
        named = {"client_id": "demo-spa", "redirect_uri": _CALLBACK, "code": code, "code_verifier": pkce.verifier}
        # Redeemed at the other node: a code belongs to none.
        return dict(
            _posted(self.second, "/oauth2/token", {"grant_type": "authorization_code", **named}).raise_for_status().json()
        )

    def told(self, token: str) -> list[dict[str, Any]]:
        """What the API hears of it from each."""
        pair = ("demo-api", self.first.environ["DEMO_API_CLIENT_SECRET"])
        answers = [_posted(node, "/oauth2/introspect", {"token": token}, auth=pair) for node in (self.first, self.second)]
        return [dict(answer.raise_for_status().json()) for answer in answers]

    def warm(self) -> str:
        """A token that both have answered about twice."""
        token = str(self.tokens()["access_token"])
        for _ in range(2):
            assert [answer["active"] for answer in self.told(token)] == [True, True]
        return token


def _posted(node: Provider, path: str, form: dict[str, str], *, auth: tuple[str, str] | None = None) -> httpx.Response:
    return httpx.post(f"{node.issuer}{path}", data=form, auth=auth, trust_env=False, timeout=60)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Both nodes."""
    folder = tmp_path_factory.mktemp("nodes")
    with running(Path(folder)) as first, another_node(first) as second, first.browser() as browser:
        yield Nodes(first, second, browser)


@pytest.fixture(autouse=True)
def nobody_signed_in(nodes: Nodes) -> None:
    """Each test begins in a new browser."""
    nodes.browser.cookies.clear()


def test_they_are_one_provider(nodes: Nodes) -> None:
    documents = [node.get("/.well-known/openid-configuration").json() for node in (nodes.first, nodes.second)]
    assert documents[0] == documents[1]
    assert documents[0]["issuer"] == nodes.first.issuer
    assert nodes.first.get("/oauth2/jwks").json() == nodes.second.get("/oauth2/jwks").json()


def test_a_token_revoked_on_one_is_dead_on_the_other_at_once(nodes: Nodes) -> None:
    token = nodes.warm()
    _posted(nodes.second, "/oauth2/revoke", {"token": token, "client_id": "demo-spa"}).raise_for_status()
    assert nodes.told(token) == [{"active": False}, {"active": False}]


def test_a_changed_role_is_told_by_both_and_ends_what_was_signed_in(nodes: Nodes) -> None:
    token = nodes.warm()
    # A third process changes it, as an operator would.
    nodes.first.manage("change_role", "--identifier", SHOPPER.email, "vendor")
    assert nodes.told(token) == [{"active": False}, {"active": False}]


def test_a_client_switched_off_elsewhere_is_unknown_to_both(nodes: Nodes) -> None:
    asked = {"grant_type": "client_credentials", "scope": "orders"}
    pair = ("demo-api", nodes.first.environ["DEMO_API_CLIENT_SECRET"])
    both = (nodes.first, nodes.second)
    assert [_posted(node, "/oauth2/token", asked, auth=pair).status_code for node in both for _ in range(2)] == [200] * 4
    nodes.first.manage("shell", "-v", "0", "-c", _SWITCH.format(act="switch_off"))
    assert [_posted(node, "/oauth2/token", asked, auth=pair).status_code for node in both] == [401, 401]
    nodes.first.manage("shell", "-v", "0", "-c", _SWITCH.format(act="switch_on"))
    assert [_posted(node, "/oauth2/token", asked, auth=pair).status_code for node in both] == [200, 200]
