"""Challenges: made here, good for minutes, for one answer, in one browser, for one person, one ceremony and one page of it.

All of that is sealed into the challenge itself, so that showing a page stores nothing; only the answer is noted, once. One of
another browser, person, page or ceremony is as wrong as an invented one (WebAuthn L3 §13.4.3).
"""

import base64
import hmac
import secrets
import uuid

from idp.core import clock, crypto
from idp.core.ephemeral import Ephemeral
from idp.core.specs import implements
from idp.core.types import Schema
from idp.mfa.webauthn.errors import CeremonyExpired
from idp.mfa.webauthn.types import Ceremony, Place

LIFETIME_SECONDS = 600
_NONCE_BYTES = 24
_TIME_BYTES = 8
_HEAD_BYTES = _NONCE_BYTES + _TIME_BYTES
# Clocks of two nodes differ a little.
_AHEAD_SECONDS = 60


class _Answered(Schema):
    """That it was."""


_answered: Ephemeral[_Answered] = Ephemeral(kind="passkey", model=_Answered, lifetime=LIFETIME_SECONDS + _AHEAD_SECONDS)


@implements("WebAuthn L3", "13.4.3")
def new_challenge(*, ceremony: Ceremony, place: Place, user_id: uuid.UUID | None) -> bytes:
    """192 random bits, the time, and the seal over what it is for; `user_id` is None while nobody is known."""
    head = secrets.token_bytes(_NONCE_BYTES) + clock.epoch(clock.now()).to_bytes(_TIME_BYTES, "big")
    return head + _seal(head, ceremony, place, user_id)


@implements("WebAuthn L3", "13.4.3")
def spend_challenge(challenge: bytes, *, ceremony: Ceremony, place: Place, user_id: uuid.UUID | None) -> None:
    """It was made for exactly this and is answered by exactly this request. Raises `CeremonyExpired`, `Unavailable`."""
    head, seal = challenge[:_HEAD_BYTES], challenge[_HEAD_BYTES:]
    if len(head) != _HEAD_BYTES or not hmac.compare_digest(seal, _seal(head, ceremony, place, user_id)):
        raise CeremonyExpired(detail="a challenge that was not made for this")
    age = clock.epoch(clock.now()) - int.from_bytes(head[_NONCE_BYTES:], "big")
    if not -_AHEAD_SECONDS <= age <= LIFETIME_SECONDS:
        raise CeremonyExpired(detail=f"a challenge {age} s old")
    if not _answered.add(base64.urlsafe_b64encode(head).decode(), _Answered()):
        raise CeremonyExpired(detail="a challenge that was answered already")


def _seal(head: bytes, ceremony: Ceremony, place: Place, user_id: uuid.UUID | None) -> bytes:
    # No part holds a line break, so no two different wishes read alike.
    purpose = "\n".join((ceremony, place.browser, place.within, str(user_id or "")))
    return crypto.keyed_digest(head + purpose.encode(), label="mfa.passkey-challenge")
