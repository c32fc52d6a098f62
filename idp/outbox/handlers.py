"""Which kinds of message there are. Apps announce theirs when Django starts (`AppConfig.ready`)."""

from typing import Any

from idp.outbox.errors import UnknownKind
from idp.outbox.types import Handler

_HANDLERS: dict[str, Handler[Any]] = {}


def register_handler(handler: Handler[Any]) -> None:
    """Announce a kind of message. Announcing it again replaces it, so that a reload is harmless."""
    _HANDLERS[handler.kind] = handler


def handler_of(kind: str) -> Handler[Any]:
    """The handler of this kind. Raises `UnknownKind`."""
    try:
        return _HANDLERS[kind]
    except KeyError:
        raise UnknownKind(kind) from None
