"""The service with live connections, for a server that speaks ASGI; in one process, whose memory keeps the tickets.

Its clock goes ahead by the seconds in the file `clock-ahead` of its state folder, for who cannot wait a minute.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from example_backend.env import get_environment
from example_backend.serve import migrate

if TYPE_CHECKING:
    from example_backend.shop.models import Shopper

_true_time = time.time
_AHEAD = Path(get_environment().EXAMPLE_STATE_DIR) / "clock-ahead"


def _moved_time() -> float:
    return _true_time() + (float(_AHEAD.read_text()) if _AHEAD.is_file() else 0)


time.time = _moved_time
django_application = get_asgi_application()
migrate()

# It reads the settings when it is imported.
from fashionistar_auth.tickets.middleware import TicketMiddleware  # noqa: E402 - Django has to be set up first


class Greeting(AsyncJsonWebsocketConsumer):
    """Says who came in, as a live page of orders would begin."""

    async def connect(self) -> None:
        """Accept, and tell."""
        await self.accept()
        await self.send_json({"sub": cast("Shopper", self.scope["user"]).sub})


application = ProtocolTypeRouter({"http": django_application, "websocket": TicketMiddleware(Greeting.as_asgi())})
