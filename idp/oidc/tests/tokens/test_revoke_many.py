"""A client with more tokens than one statement names: off at once, and then ended batch by batch."""

import itertools
import re
from collections.abc import Iterator
from functools import partial
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from idp.oidc.models import AccessToken, Client
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.switch import switch_off, switch_on
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tokens import revoke
from idp.oidc.tokens.grants.client_credentials import ClientCredentials, issue_to_client
from idp.tests.parties import SECOND_WEB

# Outside a test's own transaction, so that a batch can be committed by itself.
pytestmark = pytest.mark.django_db(transaction=True)

_BATCH, _TOKENS = 2, 9


@pytest.fixture(autouse=True)
def small_batches() -> Iterator[None]:
    with patch.object(revoke, "_AT_ONCE", _BATCH):
        yield


@pytest.fixture
def client(clients: None) -> Client:
    made = Client.objects.get(client_id=SECOND_WEB.client_id)
    for _ in range(_TOKENS):
        issue_to_client(client=made, request=ClientCredentials(scope="orders"))
    return made


def live() -> int:
    return AccessToken.objects.filter(revoked_at=None).count()


def test_all_of_them_end(client: Client) -> None:
    assert live() == _TOKENS
    assert revoke.revoke_client(client.pk) == _TOKENS
    assert live() == 0


def test_each_batch_begins_where_the_one_before_ended(client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        revoke.revoke_client(client.pk)
    selects = [entry["sql"] for entry in asked if entry["sql"].startswith("SELECT")]
    begins = [int(found.group(1)) for sql in selects if (found := re.search(r'"oidc_accesstoken"\."id" > (\d+)', sql))]
    # Four whole batches and one that is not, and once more from the first key.
    assert begins[0] == begins[-1] == 0
    assert begins[1:-1] == sorted(set(begins[1:-1]))
    assert len(begins) == -(-_TOKENS // _BATCH) + 1


@pytest.mark.parametrize("by", ["staff", "registrations"])
def test_stopped_half_way_the_client_is_off_and_nothing_comes_back(
    client: Client, registrations: list[ClientRegistration], by: str
) -> None:
    mark, batches = revoke._mark, itertools.count(1)
    others = [entry for entry in registrations if entry.client_id != client.client_id]

    def dies(live: "QuerySet[AccessToken]", column: str) -> int:
        if next(batches) > 2:
            raise OperationalError("gone")
        return mark(live, column)

    end = partial(switch_off, client=client) if by == "staff" else partial(sync_clients, registrations=others, prune=True)
    with patch.object(revoke, "_mark", dies), pytest.raises(OperationalError):
        end()
    client.refresh_from_db()
    assert not client.enabled
    assert live() == _TOKENS - 2 * _BATCH

    if by == "staff":
        assert switch_on(client=client)
    else:
        sync_clients(registrations=registrations)
    assert live() == 0


def test_one_mark_voids_the_copies_of_any_number(client: Client) -> None:
    with patch.object(revoke, "mark_changed") as marks:
        revoke.revoke_client(client.pk)
    marks.assert_called_once_with("client", client.pk)
