"""A client switched off by staff stays off whatever the registrations say, until staff switch it on."""

import pytest

from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.oidc.models import AccessToken, Client
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.switch import switch_off, switch_on
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tokens.grants.client_credentials import ClientCredentials, issue_to_client
from idp.tests.journey import Browser
from idp.tests.parties import SECOND_WEB, SPA, obtain_tokens, userinfo


@pytest.fixture
def client(clients: None) -> Client:
    return Client.objects.get(client_id=SPA.client_id)


def _standing(client: Client) -> tuple[bool, bool]:
    client.refresh_from_db()
    return client.enabled, client.suspended


def test_applying_registrations_leaves_it_off(client: Client, registrations: list[ClientRegistration]) -> None:
    assert switch_off(client=client)
    report = sync_clients(registrations=registrations)
    assert _standing(client) == (False, True)
    assert client.client_id in report.unchanged
    assert switch_on(client=client)
    assert _standing(client) == (True, False)


def test_other_changes_of_its_registration_are_applied_meanwhile(client: Client, registrations: list[ClientRegistration]) -> None:
    switch_off(client=client)
    Client.objects.filter(pk=client.pk).update(name="Old name")
    assert client.client_id in sync_clients(registrations=registrations).changed
    assert _standing(client) == (False, True)
    assert client.name != "Old name"


def test_a_pruned_client_cannot_be_switched_on(client: Client, registrations: list[ClientRegistration]) -> None:
    switch_off(client=client)
    without = [entry for entry in registrations if entry.client_id != client.client_id]
    assert client.client_id in sync_clients(registrations=without, prune=True).disabled
    assert client.client_id not in sync_clients(registrations=without, prune=True).disabled
    assert not switch_on(client=client)
    assert _standing(client) == (False, True)


def test_pruning_and_listing_again_leave_off_what_staff_switched_off(
    client: Client, registrations: list[ClientRegistration]
) -> None:
    switch_off(client=client)
    sync_clients(registrations=[entry for entry in registrations if entry.client_id != client.client_id], prune=True)
    assert client.client_id in sync_clients(registrations=registrations).changed
    assert _standing(client) == (False, True)
    assert switch_on(client=client)
    assert _standing(client) == (True, False)


def test_a_client_that_is_not_listed_is_only_brought_back_by_its_registration(
    client: Client, registrations: list[ClientRegistration]
) -> None:
    sync_clients(registrations=[entry for entry in registrations if entry.client_id != client.client_id], prune=True)
    assert _standing(client) == (False, False)
    assert switch_off(client=client)
    assert not switch_on(client=client)
    assert _standing(client) == (False, True)


def test_tokens_end_and_do_not_come_back(browser: Browser, client: Client) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    assert userinfo(token).status_code == 200
    switch_off(client=client)
    # Not merely out of sight while it is off: the token is over.
    Client.objects.filter(pk=client.pk).update(enabled=True)
    assert userinfo(token).status_code == 401
    switch_on(client=client)
    assert userinfo(token).status_code == 401


def test_doing_it_twice_is_doing_it_once(client: Client) -> None:
    before = SecurityEvent.objects.filter(event=Event.CLIENT_DISABLED).count()
    assert [switch_off(client=client), switch_off(client=client)] == [True, False]
    assert SecurityEvent.objects.filter(event=Event.CLIENT_DISABLED).count() == before + 1
    assert [switch_on(client=client), switch_on(client=client)] == [True, False]


@pytest.mark.parametrize("by", ["staff", "registrations"])
def test_what_was_written_while_it_was_off_does_not_come_to_life(
    clients: None, registrations: list[ClientRegistration], by: str
) -> None:
    """A request that was authenticated before the client went off, and wrote its token after."""
    client = Client.objects.get(client_id=SECOND_WEB.client_id)
    if by == "staff":
        switch_off(client=client)
    else:
        sync_clients(registrations=[entry for entry in registrations if entry.client_id != client.client_id], prune=True)
    issue_to_client(client=client, request=ClientCredentials(scope="orders"))
    client.refresh_from_db()
    if by == "staff":
        assert switch_on(client=client)
    else:
        sync_clients(registrations=registrations)
    assert _standing(client) == (True, False)
    assert AccessToken.objects.get().revoked_at is not None
