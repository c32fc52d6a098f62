"""It was not me: what the stranger's browser got is dead at once, the client hears of it, and the owner's own goes on."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from idp.accounts.models import User
from idp.oidc.models import Client
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tests.logout.receiver import BackChannel, decoded, deliver_due, listening
from idp.outbox.inbox import list_sent
from idp.tests.journey import Answer, Browser, Pkce
from idp.tests.parties import BACKEND, SPA, WEB, introspect, json_of, obtain_code, obtain_tokens


@pytest.fixture
def channel(clients: None) -> Iterator[BackChannel]:
    """The back channel of `third-web`."""
    with listening() as made:
        Client.objects.filter(client_id="third-web").update(backchannel_logout_uri=made.uri)
        yield made


def not_me() -> str:
    """The link in the newest notice."""
    return next(found[0] for sent in list_sent() if (found := re.search(r"/not-me/\S+", sent.text)))


def refreshed(tokens: dict[str, Any]) -> Answer:
    return WEB.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.5")
def test_tokens_of_the_strangers_sign_in_are_dead(browser: Browser, shopper: User, channel: BackChannel) -> None:
    own = obtain_tokens(browser, WEB, scope="openid offline_access")
    stranger = signed_in(shopper)
    theirs = obtain_tokens(stranger, WEB, scope="openid offline_access")
    sid = decoded(theirs["id_token"]).claims["sid"]
    pkce = Pkce()
    code = obtain_code(stranger, SPA, pkce)
    deliver_due()

    browser.submit(browser.open(not_me()))
    assert browser.address.endswith("/forgotten-password")

    # The stranger's: access token, refresh family, a code that was not redeemed yet.
    assert introspect(BACKEND, theirs["access_token"]) == {"active": False}
    assert json_of(refreshed(theirs))["error"] == "invalid_grant"
    assert json_of(SPA.exchange(code, pkce))["error"] == "invalid_grant"
    deliver_due()
    assert [said["sid"] for said in channel.claims] == [sid]
    # The owner's.
    assert introspect(BACKEND, own["access_token"])["active"] is True
    assert refreshed(own).status_code == 200
