"""The provider's public keys, fetched when a token names one we do not have (RFC 7517).

A key that is known is used without asking; an unknown one makes us ask, at most every half minute, so that whoever
sends tokens with invented key ids cannot make us ask for each. Keys are asked for anew every hour, because one may
have been withdrawn.
"""

import threading
import time
from functools import lru_cache
from http import HTTPStatus

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from fashionistar_auth.conf import AuthSettings, get_settings
from fashionistar_auth.transport import NoAnswer, Transport

#: Seconds.
FRESH = 3600.0
PAUSE = 30.0

PublicKey = RSAKey | ECKey | OKPKey


class KeysUnavailable(Exception):
    """The provider's keys could not be had; the text is for the operator's log."""


class _KeySetDocument(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")

    keys: list[dict[str, JsonValue]]


class ProviderKeys:
    """One provider's key set; thread-safe."""

    def __init__(self, settings: AuthSettings) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, PublicKey] = {}
        self._asked_at = self._fetched_at = float("-inf")
        self._transport = Transport(
            url=settings.jwks_endpoint,
            connect_timeout=settings.connect_timeout_seconds,
            read_timeout=settings.read_timeout_seconds,
            pool_size=1,
            ca_file=settings.ca_file,
        )

    def find(self, kid: str) -> PublicKey | None:
        """Return the key of this id; None when the provider publishes none. Raises: KeysUnavailable."""
        with self._lock:
            now = time.monotonic()
            is_due = kid not in self._keys or now - self._fetched_at > FRESH
            if is_due and now - self._asked_at >= PAUSE:
                self._asked_at = now
                self._keys = self._fetched()
                self._fetched_at = now
            elif is_due and now - self._fetched_at > FRESH:
                raise KeysUnavailable("asked a moment ago, in vain")
            return self._keys.get(kid)

    def _fetched(self) -> dict[str, PublicKey]:
        """Raises: KeysUnavailable."""
        try:
            answer = self._transport.get(headers={"Accept": "application/json", "User-Agent": "fashionistar-auth"})
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


def provider_keys() -> ProviderKeys:
    """The keys of this process's provider, asked for at the first event."""
    return _keys_of(get_settings())
