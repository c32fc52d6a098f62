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
# What is sealed: until when it counts (seconds since 1970), how long the facts are, the facts as JSON, the body.
_HEAD = struct.Struct(">dI")

Subject = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Copy:
    """What was kept: facts to judge by, and an answer ready to be sent."""

    facts: Mapping[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Drawer:
    """The copies of one kind, each under the text it is found by.

    What they hold is part of their names, so of two releases that share Redis each finds those alone that it understands.
    """

    kind: str
    # What the facts are called; and what tells the form of the body, where that is no answer to be sent as it is.
    facts: tuple[str, ...]
    body: str = ""
    # All three, made once.
    _title: str = field(init=False)

    def __post_init__(self) -> None:
        """Say what it holds."""
        object.__setattr__(self, "_title", f"{self.kind} {self.facts} {self.body}")

    def name(self, key: str) -> bytes:
        """What it is called in Redis."""
        return crypto.keyed_digest(self._label(key), label="copies-name")[:NAME_BYTES]

    def cipher(self, key: str) -> AESGCM:
        """What seals it."""
        return AESGCM(crypto.keyed_digest(self._label(key), label="copies-seal"))

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
    sealed = nonce + drawer.cipher(key).encrypt(nonce, _HEAD.pack(end, len(told)) + told + body, name)
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
        _opened(drawer.cipher(key), name, sealed) if sealed else None
        for (drawer, key), name, sealed in zip(wanted, names, found, strict=True)
    ]


def _may_be_believed() -> bool:
    """Whether there are copies at all."""
    return settings.IDP_FAST_PATH and settings.IDP_COPIES and trust.is_given()


@implements("OWASP ASVS 5.0", "11.3.3")
def _opened(cipher: AESGCM, name: bytes, sealed: bytes) -> Copy | None:
    """None for what we did not seal for this name, and for what is over."""
    try:
        plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name)
    except (InvalidTag, ValueError):
        return None
    end, length = _HEAD.unpack_from(plain)
    if end <= clock.now().timestamp():
        return None
    start = _HEAD.size + length
    return Copy(facts=json.loads(plain[_HEAD.size : start]), body=plain[start:])
