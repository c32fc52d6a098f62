"""Scope `admin` is for applications of ours that are not on a phone, whatever is registered and whatever is in the table."""

import pytest

from idp.oidc.models import Client
from idp.oidc.provider.scopes import permitted_scopes
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper
from idp.tests.journey import Browser, Pkce, answer_of
from idp.tests.parties import DESK, MOBILE, NATIVE, WEB, Party

__all__ = ["browser", "clients", "registrations", "shopper"]

_APP = {
    "client_id": "an-app", "client_name": "App", "token_endpoint_auth_method": "none", "scope": "openid admin",
    "redirect_uris": ("https://app.example/cb",),
}  # fmt: skip


@pytest.mark.parametrize("kind", [{"application_type": "native", "first_party": True}, {"first_party": False}, {}], ids=str)
def test_no_registration_may_name_it(kind: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="scope admin is for first_party clients that are not native apps"):
        ClientRegistration.model_validate({**_APP, **kind})
    assert ClientRegistration.model_validate({**_APP, "first_party": True}).scope


@pytest.mark.parametrize("party", [MOBILE, NATIVE, WEB], ids=lambda party: party.client_id)
def test_nor_does_a_changed_row_give_it(browser: Browser, party: Party) -> None:
    client = Client.objects.get(client_id=party.client_id)
    client.allowed_scope = f"{client.allowed_scope} admin"
    client.first_party = client.first_party or party is NATIVE
    client.save()
    assert "admin" not in permitted_scopes(Client.objects.get(pk=client.pk))
    answer = browser.http.get(party.authorize_url(Pkce(), scope="openid admin"))
    assert answer_of(answer["Location"])["error"] == "invalid_scope"


def test_a_desk_of_ours_may_have_it(clients: None) -> None:
    assert "admin" in permitted_scopes(Client.objects.get(client_id=DESK.client_id))
