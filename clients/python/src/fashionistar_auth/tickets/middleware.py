"""Guards a WebSocket application (Channels, or any ASGI 3): ticket in, scope["user"] and scope["auth"] out.

    application = ProtocolTypeRouter({
        "http": django_asgi_app,
        "websocket": TicketMiddleware(URLRouter(websocket_urlpatterns)),
    })

A page shows its ticket as a subprotocol, `new WebSocket(url, ["fashionistar", "fashionistar.ticket." + ticket])`, or as
`?ticket=`. Whoever is refused is told so: a browser shows a page the close code and the sentence of a socket that was
opened and closed again, but nothing of a handshake that failed. The application behind is never called.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from rest_framework.exceptions import APIException

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.errors import InvalidTicket
from fashionistar_auth.sentences import sentence_for
from fashionistar_auth.tickets.service import redeem_ticket

logger = logging.getLogger("fashionistar_auth.tickets")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: Written loosely: every framework has types of its own for these three.
Application = Callable[..., Awaitable[None]]

#: The protocol a browser is told was chosen when the application chooses none; without a choice it hangs up.
PROTOCOL = "fashionistar"
TICKET_PROTOCOL = "fashionistar.ticket."
#: Codes of applications (RFC 6455 section 7.4.2) begin here: 4000 and the HTTP status it would have been.
_CLOSE_CODES = 4000
#: RFC 6455 section 5.5: a close frame has 125 bytes, two of which are the code.
_MAX_REASON_BYTES = 123


class TicketMiddleware:
    """Lets in who shows a ticket, for as long as the access token behind it lasts."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one handshake, then hand over. Raises: ValueError for anything but a WebSocket."""
        if scope["type"] != "websocket":
            raise ValueError(f"TicketMiddleware guards WebSockets, not {scope['type']}")
        offered = list(scope.get("subprotocols", ()))
        answering = _choosing(PROTOCOL if PROTOCOL in offered else None, send)
        try:
            ticket, bare = _without_ticket(scope)
            user, claims = await redeem_ticket(ticket, origin=_origin(scope))
        except APIException as refusal:
            await _refuse(refusal, receive, answering)
            return
        until = _Until(claims, receive, answering)
        await self._app({**bare, "user": user, "auth": claims}, until.receive, answering)


class _Until:
    """The application's `receive`, which hears of a disconnect when the token ends: no socket outlives its token."""

    def __init__(self, claims: TokenClaims, receive: Receive, send: Send) -> None:
        self._seconds = claims.exp - time.time()
        self._deadline = asyncio.get_running_loop().time() + self._seconds
        self._receive, self._send = receive, send
        self._connected = False

    async def receive(self) -> Message:
        """The next message, or the end."""
        # The handshake itself is always delivered: nothing can be closed before it.
        if not self._connected:
            self._connected = True
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            await self._send(_close(InvalidTicket()))
            return {"type": "websocket.disconnect", "code": _CLOSE_CODES + HTTPStatus.UNAUTHORIZED}


def _without_ticket(scope: Scope) -> tuple[str, Scope]:
    """The one ticket of a handshake, and the scope as the application may see it. Raises: InvalidTicket."""
    protocols = list(scope.get("subprotocols", ()))
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    shown = [name.removeprefix(TICKET_PROTOCOL) for name in protocols if name.startswith(TICKET_PROTOCOL)]
    shown += [value for name, value in query if name == "ticket"]
    if len(shown) != 1 or not shown[0]:
        raise InvalidTicket
    bare = {
        **scope,
        "subprotocols": [name for name in protocols if not name.startswith(TICKET_PROTOCOL)],
        "query_string": urlencode([pair for pair in query if pair[0] != "ticket"]).encode(),
        "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"sec-websocket-protocol"],
    }
    return shown[0], bare


def _origin(scope: Scope) -> str | None:
    """The page that opens the socket; None when it says nothing, or two things."""
    said = [value for name, value in scope["headers"] if name.lower() == b"origin"]
    return said[0].decode("latin-1") if len(said) == 1 else None


def _choosing(protocol: str | None, send: Send) -> Send:
    """`send`, which names a protocol where the application accepts without one."""

    async def sending(message: Message) -> None:
        if message["type"] == "websocket.accept" and protocol and not message.get("subprotocol"):
            message = {**message, "subprotocol": protocol}
        await send(message)

    return sending


async def _refuse(refusal: APIException, receive: Receive, send: Send) -> None:
    """Open, and close with the reason."""
    await receive()
    logger.info("A WebSocket was refused: %s", refusal.default_code)
    await send({"type": "websocket.accept"})
    await send(_close(refusal))


def _close(refusal: APIException) -> Message:
    """The close frame of a refusal: its status and its sentence, cut to what fits."""
    sentence = sentence_for(refusal).encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
    return {"type": "websocket.close", "code": _CLOSE_CODES + refusal.status_code, "reason": sentence}
