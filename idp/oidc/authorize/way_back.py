"""The way on for somebody whose pending request is lost: back to the application it came from.

The id of an interaction begins with the client's short handle, which stands in every token and is no secret. So even an id
whose record is gone names an application; what the link says and where it leads comes from the registration alone.
"""

from django.utils.translation import gettext as _

from idp.core.errors import Action
from idp.oidc.models import Client
from idp.oidc.tokens.format import client_handle

_SEPARATOR = "-"


def named_after(client_id: str, rest: str) -> str:
    """An id that begins with this client's handle."""
    return f"{client_handle(client_id)}{_SEPARATOR}{rest}"


def way_back(uid: str) -> Action | None:
    """A link to the registered front page of the enabled client that the id names; None where there is none."""
    client = Client.objects.filter(handle=uid.partition(_SEPARATOR)[0], enabled=True).first()
    if client is None or not client.client_uri:
        return None
    return Action(label=_("Back to %(name)s") % {"name": client.name}, url=client.client_uri)
