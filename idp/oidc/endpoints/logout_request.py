"""What an RP-initiated logout asks for and how far it is proven (OIDC RP-Initiated Logout §2, §3).

Nobody is redirected unless the client is proven by a hint we signed and the address is registered for it. Without such a hint,
because the client lost its ID token or sent one that does not verify, the person can still sign out: they are asked and end on
our own page. What names another client, or an address that is not the client's own, ends at an error page.
"""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from idp.core.ephemeral import Ephemeral
from idp.core.errors import DisplayedError, Expired
from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.jose.signing import NotOurs, verified_hint
from idp.oidc.models import Client
from idp.oidc.provider.clients import find_enabled_client

logger = logging.getLogger("idp.oidc.logout")

_LIFETIME_SECONDS = 600
# Characters. Anybody may send a request and it is kept for ten minutes, so none may be large; an ID token is the longest.
_LONGEST_VALUE = 8192
_LONGEST_STATE = 2048


class LogoutRequest(Schema):
    """A checked request: `return_to` is set only when it may be used, `hinted_sid` only from a verified hint."""

    client_name: str = ""
    hinted_sid: str = ""
    hinted_subject: str = ""
    return_to: str = ""
    state: str = ""


_REQUESTS = Ephemeral(kind="logout", model=LogoutRequest, lifetime=_LIFETIME_SECONDS)


def keep(request: LogoutRequest) -> str:
    """Store under a new unguessable id. Raises `Unavailable`."""
    uid = secrets.token_urlsafe(32)
    _REQUESTS.put(uid, request)
    return uid


def kept(uid: str) -> LogoutRequest:
    """The stored request. Raises `Expired` or `Unavailable`."""
    request = _REQUESTS.get(uid)
    if request is None:
        raise Expired(_("This sign-out page has expired. Go back to the application and sign out again."), code="logout_expired")
    return request


@implements("OIDC RP-Initiated Logout", "2")
def checked(parameters: Mapping[str, str]) -> LogoutRequest:
    """Judge the parameters. Raises `DisplayedError` for a client that does not fit, or an address that is not its own."""
    _require_bounded(parameters)
    hint = _verified(parameters.get("id_token_hint", ""))
    client = _client(parameters.get("client_id", ""), hint)
    return_to = parameters.get("post_logout_redirect_uri", "")
    if return_to and client is not None:
        _require_registered(return_to, client)

    # Anybody can name a client: where the person ends is chosen by a proven one only.
    proven = client is not None and hint.get("aud") == client.client_id and bool(return_to)
    return LogoutRequest(
        client_name=client.name if client else "",
        hinted_sid=str(hint.get("sid", "")),
        hinted_subject=str(hint.get("sub", "")),
        return_to=return_to if proven else "",
        state=parameters.get("state", "") if proven else "",
    )


def _require_bounded(parameters: Mapping[str, str]) -> None:
    """No value is a flood, and none holds a NUL, which PostgreSQL cannot store."""
    bounds = {"state": _LONGEST_STATE}
    if any("\0" in value or len(value) > bounds.get(name, _LONGEST_VALUE) for name, value in parameters.items()):
        raise DisplayedError("invalid_request", _("A parameter is longer than we read, or is not text."))


def _verified(hint: str) -> dict[str, Any]:
    """The hint's claims; none when it was not sent, or is no proof of ours (the person is asked then)."""
    if not hint:
        return {}
    try:
        return verified_hint(hint)
    except NotOurs as exc:
        logger.info("logout hint refused", extra={"detail": str(exc)})
        return {}


def _client(client_id: str, hint: Mapping[str, Any]) -> Client | None:
    """The client of the hint or of `client_id`; both must agree (OIDC RP-Initiated Logout §2)."""
    hinted = str(hint.get("aud", ""))
    if client_id and hinted and client_id != hinted:
        raise DisplayedError("invalid_request", _("The client_id is not the one the id_token_hint was issued to."))
    identifier = hinted or client_id
    client = find_enabled_client(identifier) if identifier else None
    if identifier and client is None:
        raise DisplayedError("unknown_client", _("The application that sent you here is not known to us."))
    return client


@implements("OIDC RP-Initiated Logout", "3")
def _require_registered(return_to: str, client: Client) -> None:
    """The address is the client's own, to the letter, whether or not it will be used."""
    if return_to not in client.post_logout_redirect_uris.split():
        raise DisplayedError(
            "invalid_post_logout_redirect_uri",
            _("The application asked us to send you to an address that is not registered for it. You are still signed in."),
            detail=return_to[:200],
        )
