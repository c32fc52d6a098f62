"""Short-lived records (a pending authorization request, a login in progress) in the cache, sealed and typed.

Losing one costs the user a restart of the sign-in, never more: nothing that decides security for longer lives here.
Records are sealed, so a dump of the cache holds no personal data.
"""

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

from django.core.cache import caches
from django.utils.translation import gettext_lazy as _
from django_redis.exceptions import ConnectionInterrupted
from pydantic import BaseModel
from redis.exceptions import RedisError

from idp.core import crypto
from idp.core.errors import Unavailable

Record = TypeVar("Record", bound=BaseModel)
First = TypeVar("First", bound=BaseModel)
Second = TypeVar("Second", bound=BaseModel)
Third = TypeVar("Third", bound=BaseModel)
P = ParamSpec("P")
T = TypeVar("T")


class Ephemeral(Generic[Record]):
    """A drawer for records of one kind, each with a key and a life of `lifetime` seconds."""

    def __init__(self, *, kind: str, model: type[Record], lifetime: int) -> None:
        """Name the kind; it is part of each cache key and authenticated with each record."""
        self.kind = kind
        self.model = model
        self.lifetime = lifetime

    def put(self, key: str, record: Record) -> None:
        """Store or replace. Raises `Unavailable` when the cache does not answer."""
        _reach(caches["ephemeral"].set, self._name(key), self._sealed(key, record), self.lifetime)

    def add(self, key: str, record: Record) -> bool:
        """Store unless the key is taken; says whether it was stored (compare-and-set on absence). Raises `Unavailable`."""
        return bool(_reach(caches["ephemeral"].add, self._name(key), self._sealed(key, record), self.lifetime))

    def get(self, key: str) -> Record | None:
        """The record, or None when it expired or never was. Raises `Unavailable`."""
        return self._opened(key, _reach(caches["ephemeral"].get, self._name(key)))

    def _opened(self, key: str, sealed: object) -> Record | None:
        """The record that the cache holds under this key, if it is one of ours."""
        if not isinstance(sealed, str):
            return None
        try:
            return self.model.model_validate_json(crypto.unseal(sealed, place=self._name(key)), strict=False)
        except (crypto.Unreadable, ValueError):
            # A record of an older release or a removed key: the same as an expired one.
            return None

    def take(self, key: str) -> Record | None:
        """Remove and return: of many callers exactly one gets the record. Raises `Unavailable`."""
        record = self.get(key)
        return record if record is not None and self.discard(key) else None

    def discard(self, key: str) -> bool:
        """Remove; says whether there was something. Raises `Unavailable`."""
        return bool(_reach(caches["ephemeral"].delete, self._name(key)))

    def _name(self, key: str) -> str:
        return f"{self.kind}:{key}"

    def _sealed(self, key: str, record: Record) -> str:
        return crypto.seal(record.model_dump_json(), place=self._name(key))


def get_together(
    key: str, first: Ephemeral[First], second: Ephemeral[Second], third: Ephemeral[Third]
) -> tuple[First | None, Second | None, Third | None]:
    """What three drawers hold under one key, as `get` would say, asked for at once. Raises `Unavailable`."""
    sealed = _reach(caches["ephemeral"].get_many, [drawer._name(key) for drawer in (first, second, third)])
    return (
        first._opened(key, sealed.get(first._name(key))),
        second._opened(key, sealed.get(second._name(key))),
        third._opened(key, sealed.get(third._name(key))),
    )


def _reach(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a cache call; a cache that cannot be reached becomes a sentence."""
    try:
        return call(*args, **kwargs)
    except (ConnectionInterrupted, RedisError, OSError) as exc:
        raise Unavailable(
            _("We cannot continue your sign-in right now. Please wait a moment and try again."),
            detail=f"ephemeral cache: {exc}",
        ) from exc
