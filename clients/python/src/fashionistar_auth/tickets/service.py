"""Issues a ticket for a live access token, and redeems one for who holds it."""

import logging
import secrets
import time
from dataclasses import dataclass

from asgiref.sync import sync_to_async

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import get_settings
from fashionistar_auth.errors import InvalidTicket, InvalidToken, OriginNotAllowed
from fashionistar_auth.introspection import get_introspector
from fashionistar_auth.tickets.store import Kept, keep, take
from fashionistar_auth.users import Principal, principal_of

logger = logging.getLogger("fashionistar_auth.tickets")

_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """A new ticket, to be shown once within `expires_in` seconds."""

    value: str
    expires_in: int


def issue_ticket(*, token: str, origin: str) -> Ticket:
    """A ticket for who holds this access token, which the caller has just been authenticated with.

    Raises: OriginNotAllowed, TicketsUnavailable.
    """
    settings = get_settings()
    if origin not in settings.websocket_origins:
        logger.warning("No ticket for origin %r: it is not in WEBSOCKET_ORIGINS", origin)
        raise OriginNotAllowed
    ticket = Ticket(secrets.token_urlsafe(_RANDOM_BYTES), settings.ticket_seconds)
    kept = Kept(token=token, origin=origin, expires_at=time.time() + ticket.expires_in)
    keep(ticket.value, kept, seconds=ticket.expires_in)
    return ticket


async def redeem_ticket(ticket: str, *, origin: str | None) -> tuple[Principal, TokenClaims]:
    """Who opens a WebSocket with this ticket, judged anew at this moment. The ticket is spent whatever the answer.

    Raises: InvalidTicket, OriginNotAllowed, InvalidToken, ProviderUnavailable, TicketsUnavailable, AccountUnknown,
    AccountInactive, AccountConflict.
    """
    # Is it ours, unused and young, and does the page it was made for show it?
    kept = await sync_to_async(take)(ticket)
    if kept is None:
        raise InvalidTicket
    if origin != kept.origin:
        logger.warning("A ticket made for %r was shown by %r", kept.origin, origin)
        raise OriginNotAllowed
    # The seconds since it was issued are enough to sign out or to be suspended, and what is let in now stays for long.
    claims = await get_introspector().aintrospect_anew(kept.token)
    if claims is None:
        raise InvalidToken(realm=get_settings().resource)
    return await sync_to_async(principal_of)(claims), claims
