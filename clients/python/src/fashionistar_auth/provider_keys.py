"""The provider's public keys (RFC 7517), for what it signs: events, and access tokens where VALIDATION is "local".

Sits under `signed_tokens`. Keys are asked for anew as often as the provider's `Cache-Control` asks for it, because one
may have been withdrawn, and when a token names one we do not have; at most every half minute, so that whoever sends
tokens with invented key ids cannot make us ask for each. While the provider is away, what we have counts for an hour.
"""

import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from fashionistar_auth.conf import AuthSettings, get_settings
from fashionistar_auth.transport import NoAnswer, Transport

logger = logging.getLogger("fashionistar_auth")

#: Seconds: for how long a key counts without being asked for, for how long at most, and between two questions.
FRESH = 300.0
KEPT = 3600.0
PAUSE = 30.0

PublicKey = RSAKey | ECKey | OKPKey


class KeysUnavailable(Exception):
    """The provider's keys could not be had; the text is for the operator's log."""


class _KeySetDocument(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")

    keys: list[dict[str, JsonValue]]


@dataclass(frozen=True, slots=True)
class _Known:
    """One answer of the provider; replaced as a whole, so that reading it needs no lock."""

    keys: Mapping[str, PublicKey] = field(default_factory=dict)
    fetched_at: float = float("-inf")

    def find(self, kid: str, *, younger_than: float) -> PublicKey | None:
        return self.keys.get(kid) if time.monotonic() - self.fetched_at <= younger_than else None


class ProviderKeys:
    """One provider's key set; thread-safe."""

    def __init__(self, settings: AuthSettings) -> None:
        self._lock = threading.Lock()
        self._known = _Known()
        self._asked_at = float("-inf")
        #: Why the last question had no answer.
        self._trouble: str | None = None
        self._transport = Transport(
            settings,
            url=settings.jwks_endpoint,
            headers={"Accept": "application/json", "User-Agent": "fashionistar-auth"},
            pool_size=1,
        )

    def find(self, kid: str) -> PublicKey | None:
        """Return the key of this id; None when the provider publishes none. Raises: KeysUnavailable."""
        if key := self._known.find(kid, younger_than=FRESH):
            return key
        # One thread asks, for all: who has a key that still counts does not wait for it, and the others ask no more.
        key = self._known.find(kid, younger_than=KEPT)
        if self._lock.acquire(blocking=key is None):
            try:
                self._ask()
            finally:
                self._lock.release()
        key = self._known.find(kid, younger_than=KEPT)
        if key is None and self._trouble is not None:
            raise KeysUnavailable(self._trouble)
        return key

    def _ask(self) -> None:
        """Replace what is known, unless we asked a moment ago; without an answer it stays. The lock is held."""
        now = time.monotonic()
        if now - self._asked_at < PAUSE:
            return
        self._asked_at = now
        try:
            self._known = _Known(self._fetched(), now)
            self._trouble = None
        except KeysUnavailable as exc:
            self._trouble = str(exc)
            logger.warning("The identity provider's keys could not be read anew: %s", exc)

    def _fetched(self) -> dict[str, PublicKey]:
        """Raises: KeysUnavailable."""
        try:
            answer = self._transport.get()
        except NoAnswer as exc:
            raise KeysUnavailable(str(exc)) from exc
        if answer.status != HTTPStatus.OK:
            raise KeysUnavailable(f"the key set was answered with status {answer.status}")
        try:
            document = _KeySetDocument.model_validate_json(answer.body)
            keys = KeySet.import_key_set({"keys": document.keys}).keys  # type: ignore[typeddict-item]
        except (ValidationError, JoseError, ValueError, TypeError, KeyError) as exc:
            raise KeysUnavailable(f"the key set cannot be read: {type(exc).__name__}") from exc
        # A symmetric key in a public document would let anybody sign.
        return {key.kid: key for key in keys if key.kid and isinstance(key, (RSAKey, ECKey, OKPKey))}


@lru_cache(maxsize=4)
def _keys_of(settings: AuthSettings) -> ProviderKeys:
    return ProviderKeys(settings)


# Another thread may hold the lock while a process is forked; in the child nobody would open it.
os.register_at_fork(after_in_child=_keys_of.cache_clear)


def provider_keys() -> ProviderKeys:
    """The keys of this process's provider, asked for when something signed comes first."""
    return _keys_of(get_settings())
