"""Refresh tokens that are replaced at each use, without ever logging out an honest person (RFC 9700 §4.14.2).

Two tabs refresh at once, or an answer is lost on the way: the same token then comes twice. Inside a short window the immediate
predecessor, its successor still unused, gets the *same* successor again. It is not stored anywhere: it is derived from the
presented token, a random salt kept with the rotation, and a server key, so neither the database nor the key nor both together
yield a live token. Whoever presents anything older, or comes too late, has a token that leaked: the whole family dies.

Two holders of one chain inside the window cannot be told apart. The window is therefore short, and a longer one is for
sender-constrained tokens only.
"""

import enum
import secrets
from dataclasses import dataclass
from datetime import datetime

from idp.core import clock, crypto
from idp.core.specs import implements
from idp.oidc.models import RefreshToken
from idp.oidc.tokens import format as token_format

_SALT_BYTES = 32
# Its successor has been used already: late, but a slow tab may be that late, so it alone is refused.
_JUST_OVERTAKEN = 2


class Verdict(enum.Enum):
    """What a presented refresh token deserves."""

    ROTATE = "the live end of its chain"
    REPEAT = "the immediate predecessor, inside its window: the same successor again"
    REFUSE = "not usable, yet no sign of theft"
    KILL = "used again although replaced: the family dies"


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is kept on a token when it is replaced, enough to derive its successor from the presented value."""

    salt: str
    key_id: str


def new_rotation() -> Rotation:
    """A fresh salt (256 bits) under the key that is active now."""
    return Rotation(salt=secrets.token_urlsafe(_SALT_BYTES), key_id=crypto.active_key_id())


def successor_of(presented: str, *, rotation: Rotation, handle: str) -> str:
    """The one successor of this very value. Raises `crypto.Unreadable` when the key is gone."""
    content = crypto.keyed_digest_with(rotation.key_id, f"{presented}|{rotation.salt}".encode(), label="refresh-successor")
    return token_format.shaped(token_format.Kind.REFRESH_TOKEN, handle=handle, content=content)


@implements("RFC 9700", "4.14.2")
def judge(token: RefreshToken, latest: RefreshToken, *, grace_seconds: int, now: datetime) -> Verdict:
    """Pure. `latest` is the newest token of the same chain, `token` itself when nothing replaced it yet.

    A chain that was revoked on purpose is refused quietly: it is dead already.
    """
    if token.expires <= now or latest.revoked is not None:
        return Verdict.REFUSE
    if token.rotated_at is None:
        return Verdict.ROTATE

    # Replaced: how many steps behind the live end, and how long ago?
    behind = latest.generation - token.generation
    inside = grace_seconds > 0 and now <= token.rotated_at + clock.seconds(grace_seconds)
    if inside and behind == 1:
        return Verdict.REPEAT
    return Verdict.REFUSE if inside and behind == _JUST_OVERTAKEN else Verdict.KILL
