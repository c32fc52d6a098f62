"""Copies themselves: sealed, named so that nobody can tell of what, and believed only when nothing speaks against it.

Name and key of a copy are derived from what it is found by and from a secret of ours. For a token that is its value, so that a
dump of Redis opens nothing even together with our secrets, and whoever writes to Redis can make no copy that opens.
"""

import datetime as dt
import json
import os
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from idp.copies import COPY_SECONDS, line, trust
from idp.copies.marks import NAME_BYTES, name_of
from idp.core import clock, crypto
from idp.core.specs import implements

# A copy in Redis: how many marks void it, their names, then what is sealed.
READ = b"""
local found = {}
for place, name in ipairs(KEYS) do
  local copy = redis.call('GET', name)
  found[place] = false
  if copy then
    local count, marks = string.byte(copy), {}
    for mark = 0, count - 1 do marks[mark + 1] = ARGV[1] .. string.sub(copy, 2 + 16 * mark, 17 + 16 * mark) end
    if count > 0 and redis.call('EXISTS', unpack(marks)) == 0 then found[place] = string.sub(copy, 2 + 16 * count) end
  end
end
return found
"""
WRITE = b"redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])"
_NONCE_BYTES = 12
# What is remembered of the copies that come again and again: no more than a deployment has clients that introspect.
_REPEATED = 256
# What is sealed: until when it counts (seconds since 1970), how long the facts are, the facts as JSON, the body.
_HEAD = struct.Struct(">dI")

Subject = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Copy:
    """What was kept: facts to judge by, as JSON, and an answer ready to be sent."""

    told: bytes
    body: bytes

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts, shared by all readers: whoever wants to change something in them takes a copy."""
        return _facts_of(self.told)


@lru_cache(maxsize=_REPEATED)
def _facts_of(told: bytes) -> Mapping[str, Any]:
    """By their exact bytes. They are the same for most copies of a drawer, and say nothing of a person."""
    return MappingProxyType(json.loads(told))


@dataclass(frozen=True, slots=True)
class Drawer:
    """The copies of one kind, each under the text it is found by.

    What they hold is part of their names, so of two releases that share Redis each finds those alone that it understands.
    """

    kind: str
    # What the facts are called; and what tells the form of the body, where that is no answer to be sent as it is.
    facts: tuple[str, ...]
    body: str = ""
    # Whether the same few copies are found for one request after the other, so that they are opened once and remembered. Never
    # those that speak of a person: what is erased must not stay in the memory of a process.
    few: bool = False
    # Kind, facts and body, made once.
    _title: str = field(init=False)

    def __post_init__(self) -> None:
        """Say what it holds."""
        object.__setattr__(self, "_title", f"{self.kind} {self.facts} {self.body}")

    def name(self, key: str) -> bytes:
        """What it is called in Redis."""
        return crypto.keyed_digest(self._label(key), label="copies-name")[:NAME_BYTES]

    def sealing_key(self, key: str) -> bytes:
        """What seals it (AES-256-GCM)."""
        return crypto.keyed_digest(self._label(key), label="copies-seal")

    def _label(self, key: str) -> bytes:
        return f"{self._title}:{key}".encode()


@implements("OWASP ASVS 5.0", "11.3.3")
def keep(
    drawer: Drawer,
    key: str,
    *,
    made_of: Collection[Subject],
    read_at: dt.datetime,
    until: dt.datetime | None = None,
    facts: Mapping[str, Any],
    body: bytes = b"",
) -> None:
    """Keep a copy of what SQL said. `read_at` is a moment before the rows were read; `until` is when they end by themselves.

    `made_of` names whatever could change it: with one forgotten the copy would outlive a change. Raises ValueError for other
    facts than the drawer's, never for Redis.
    """
    if facts.keys() != set(drawer.facts):
        raise ValueError(f"a copy of {drawer.kind} holds {drawer.facts}")
    if not _may_be_believed():
        return
    end = read_at.timestamp() + COPY_SECONDS
    if until is not None:
        end = min(end, until.timestamp())
    left = int(end - clock.now().timestamp())
    if left <= 0:
        return
    # Sealed with its name, so that it opens in no other place.
    name, nonce, told = drawer.name(key), os.urandom(_NONCE_BYTES), json.dumps(facts).encode()
    sealed = nonce + AESGCM(drawer.sealing_key(key)).encrypt(nonce, _HEAD.pack(end, len(told)) + told + body, name)
    marks = b"".join(name_of(kind, subject) for kind, subject in made_of)
    try:
        line.evaluate(WRITE, [name], bytes([len(made_of)]) + marks + sealed, left + 1)
    except line.Away:
        return


def find(*wanted: tuple[Drawer, str]) -> list[Copy | None]:
    """One round trip for all: each copy that may be believed now, None for every other. Never raises for Redis."""
    nothing: list[Copy | None] = [None] * len(wanted)
    if not _may_be_believed():
        return nothing
    names = [drawer.name(key) for drawer, key in wanted]
    try:
        found = line.evaluate(READ, names)
    except line.Away:
        return nothing
    return [
        _opened(drawer, key, name, sealed) if sealed else None
        for (drawer, key), name, sealed in zip(wanted, names, found, strict=True)
    ]


def _may_be_believed() -> bool:
    """Whether there are copies at all."""
    return settings.IDP_FAST_PATH and settings.IDP_COPIES and trust.is_given()


def _opened(drawer: Drawer, key: str, name: bytes, sealed: bytes) -> Copy | None:
    """None for what we did not seal for this name, and for what is over."""
    unsealed = _unsealed_again if drawer.few else _unsealed
    found = unsealed(drawer.sealing_key(key), name, sealed)
    if found is None or found[0] <= clock.now().timestamp():
        return None
    return found[1]


@implements("OWASP ASVS 5.0", "11.3.3")
def _unsealed(sealing_key: bytes, name: bytes, sealed: bytes) -> tuple[float, Copy] | None:
    """Until when it counts, and the copy; None for what was not sealed with this key for this name."""
    try:
        plain = AESGCM(sealing_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name)
    except (InvalidTag, ValueError):
        return None
    end, length = _HEAD.unpack_from(plain)
    start = _HEAD.size + length
    return end, Copy(told=plain[_HEAD.size : start], body=plain[start:])


# By all that the outcome depends on, so what is believed is still what the store says now: other bytes are opened anew.
_unsealed_again = lru_cache(maxsize=_REPEATED)(_unsealed)
