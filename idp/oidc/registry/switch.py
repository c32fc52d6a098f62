"""A client switched off by staff, and on again. Stronger than the registrations: applying them leaves it off, as does pruning.

One conditional UPDATE decides, so of two callers at once one makes the change and records it.
"""

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.oidc.models import Client
from idp.oidc.tokens.revoke import revoke_client


def switch_off(*, client: Client) -> bool:
    """No sign-in through it, no token of it, from now on; says whether it was this call that did it."""
    with transaction.atomic():
        if not Client.objects.filter(pk=client.pk, suspended=False).update(suspended=True, enabled=False):
            return False
        record(event=Event.CLIENT_DISABLED, client_id=client.client_id)
    # From here on no token of it counts, however many there are; what follows keeps them from coming back with it.
    revoke_client(client.pk)
    return True


def switch_on(*, client: Client) -> bool:
    """It may be used again, if it is registered still; what it held before stays ended. Says whether this call did it."""
    with transaction.atomic():
        if not Client.objects.filter(pk=client.pk, suspended=True, listed=True).update(suspended=False, enabled=True):
            return False
        # Once more: a request that began before the client was switched off may have written a token after that.
        revoke_client(client.pk)
        record(event=Event.CLIENT_CHANGED, client_id=client.client_id, detail={"fields": "enabled suspended"})
    return True
