"""The service's WebSocket application, as Channels services write it: one consumer behind the middleware."""

import json
from typing import Any, cast

from channels.generic.websocket import AsyncWebsocketConsumer

from fashionistar_auth.tickets.middleware import TicketMiddleware


class Chat(AsyncWebsocketConsumer):
    """Says who came in and what it saw of the handshake, then echoes; notes who left."""

    left: list[str] = []

    async def connect(self) -> None:
        await self.accept()
        scope = cast("dict[str, Any]", self.scope)
        seen = {
            "user": str(scope["user"].pk),
            "scopes": sorted(scope["auth"].scopes),
            "query": scope["query_string"].decode(),
            "protocols": scope["subprotocols"],
            "headers": [name.decode() for name, _ in scope["headers"]],
        }
        await self.send(json.dumps(seen))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(text_data)

    async def disconnect(self, code: int) -> None:
        self.left.append(f"{cast('Any', self.scope)['user'].pk} {code}")


application = TicketMiddleware(Chat.as_asgi())
