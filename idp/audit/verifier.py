"""Whether an exported audit trail is whole: a program of its own, for whoever should not have to trust the provider.

    python verifier.py trail.jsonl keys.json [--kept 812:9f3c… ...]

Copied out of the project it needs nothing but Python and `joserfc`. `manage.py verify_audit` asks the same code.

The file has one JSON object a line, by `kind`: `trail` first, an `anchor` where an operator dropped what is old, then each `seal`
with the events it was signed for, events that `wait` for the next seal, and `end`. A seal is a JWS that states which positions it
covers, the head of the chain before and after them, and the moment until which nothing is outside the chain.

What it cannot see: an event that was false when it was sealed; a change before the seal; and, without a head kept elsewhere
(`--kept`), an end that was cut off together with its seals, or a whole chain made anew by who holds the signing key or put a key
of their own into the key set.
"""

import argparse
import hashlib
import json
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

SEAL_TYPE = "audit-seal+jwt"
ANCHOR_TYPE = "audit-anchor+jwt"
ALGORITHM = "ES256"
# The head before the first event.
START = "0" * 64
# Seconds. No transaction and no clock is later than this; an event that still waits then was written with a false date.
LATEST = 24 * 3600


# --- How the chain is computed --------------------------------------------------------------------------------------------
def content_digest(event: Mapping[str, Any]) -> str:
    """SHA-256 of one event in 64 hexadecimal characters; its JSON has sorted members and no spaces (as RFC 8785 writes it)."""
    canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()


def next_head(head: str, position: int, digest: str) -> str:
    """The head of the chain after one more event: it stands for this event, its position and everything before."""
    return hashlib.sha256(f"{head}:{position}:{digest}".encode()).hexdigest()


def made_at(event_id: str) -> int:
    """When an event got its id, in seconds since 1970 (RFC 9562 §5.7). Raises ValueError."""
    return (uuid.UUID(event_id).int >> 80) // 1000


# --- How it is judged -------------------------------------------------------------------------------------------------------
class Verifier:
    """Reads one trail, line by line, and keeps a sentence for everything that is wrong.

    `key_set` is a JWK Set of the keys that ever signed seals; `kept` has the heads that somebody kept elsewhere, by number.
    """

    def __init__(self, key_set: Mapping[str, Any], kept: Mapping[int, str]) -> None:
        """Nothing read yet."""
        self.problems: list[str] = []
        # The last seal read to its end: its number, position and head.
        self.seal, self.last, self.head = 0, 0, START
        self.waiting = 0
        # The seal behind which the trail begins, since what is older was dropped; 0 for the whole trail.
        self.anchor = 0
        self._keys = {key.get("kid"): key for key in key_set["keys"] if key.get("alg") == ALGORITHM}
        self._kept = dict(kept)
        self._open: Mapping[str, Any] | None = None
        self._position, self._running = 0, START
        self._settled, self._exported, self._ended = 0, 0, False

    def read(self, lines: Iterable[str]) -> None:
        """The whole trail. Never raises for what a line holds."""
        for number, text in enumerate(lines, start=1):
            try:
                self.problems.extend(self._line(json.loads(text)))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
                self.problems.append(f"Line {number} cannot be read ({type(exc).__name__}).")
        self.problems.extend(self._close())
        if not self._ended:
            self.problems.append("The export ends too early: its last line is missing.")
        for number in sorted(self._kept):
            self.problems.append(f"Seal {number} was kept elsewhere and is not here: the end of the trail was cut off.")

    def _line(self, line: Mapping[str, Any]) -> Iterator[str]:
        kind = line["kind"]
        # The frame, then what is between, in the order of the export.
        if kind == "trail":
            self._exported = int(line["exported_at"])
        elif kind == "anchor":
            yield from self._anchored(line["token"])
        elif kind == "seal":
            yield from self._close()
            yield from self._next_seal(line["token"])
        elif kind == "event":
            yield from self._event(line["position"], line["id"], line["digest"], line["event"])
        elif kind == "waiting":
            yield from self._waiting(line["id"], is_readable=line.get("readable", True))
        elif kind == "end":
            self._ended = True
        else:
            yield f"A line of an unknown kind: {str(kind)[:40]!r}."

    def _anchored(self, token: str) -> Iterator[str]:
        """The trail begins behind a seal that was dropped with all before it: who says so?"""
        claims, problem = self._judged(token, ANCHOR_TYPE)
        number = claims["seal"]
        if problem:
            yield f"The anchor at seal {number} is not signed by a key of this provider: {problem}. What is older was cut off."
        if self.seal or self._open:
            yield f"The anchor at seal {number} stands inside the trail: what is between was cut off."
        yield from self._compared(number, claims["head"])
        # Of the heads before it nothing is left to compare.
        self._kept = {kept: head for kept, head in self._kept.items() if kept > number}
        self.anchor = self.seal = number
        self.last, self.head, self._settled = claims["last"], claims["head"], claims["settled"]

    def _next_seal(self, token: str) -> Iterator[str]:
        """A seal begins: is it ours, and does it go on where the one before ended?"""
        claims, problem = self._judged(token, SEAL_TYPE)
        number = claims["seal"]
        self._open, self._position, self._running = claims, claims["first"] - 1, claims["before"]
        if problem:
            yield f"Seal {number} is not signed by a key of this provider: {problem}."
        if number != self.seal + 1:
            yield f"Seal {number} follows seal {self.seal}: what is between them is missing, or the order was changed."
        elif (claims["first"], claims["before"]) != (self.last + 1, self.head):
            yield f"Seal {number} does not go on where seal {self.seal} ended."
        yield from self._compared(number, claims["head"])

    def _compared(self, number: int, head: str) -> Iterator[str]:
        """With what somebody kept elsewhere, if they did."""
        if self._kept.pop(number, head) != head:
            yield f"Seal {number} is not the one that was kept elsewhere: the trail was made anew."

    def _judged(self, token: str, kind: str) -> tuple[dict[str, Any], str]:
        """What a seal or an anchor says, and why it must not be believed, or "". Raises ValueError if it cannot be read."""
        # What it says, whoever wrote it.
        try:
            read = jws.extract_compact(token.encode())
            claims: dict[str, Any] = json.loads(read.payload)
            header = read.headers()
        except JoseError as exc:
            raise ValueError("not a JWS") from exc

        # Whether the provider wrote it.
        if header.get("typ") != kind or header.get("alg") != ALGORITHM:
            return claims, "it is a signature of another kind"
        key = self._keys.get(header.get("kid"))
        if key is None:
            return claims, "its key is not in the key set"
        try:
            jws.deserialize_compact(token, ECKey.import_key(key), algorithms=[ALGORITHM])
        except (JoseError, ValueError) as exc:
            return claims, f"the signature is wrong ({type(exc).__name__})"
        return claims, ""

    def _event(self, position: int, event_id: str, digest: str, event: Mapping[str, Any] | None) -> Iterator[str]:
        """An event in its place: there, unchanged, and the next one."""
        if self._open is None or position > self._open["last"]:
            yield f"Position {position} (event {event_id}) belongs to no seal."
            return
        if position < self._open["first"]:
            # Of a seal that is missing, which was said.
            return
        if position != self._position + 1:
            yield f"After position {self._position} comes {position}: events are missing, or their order was changed."
        self._position, self._running = position, next_head(self._running, position, digest)
        if event is None:
            yield f"Position {position}: event {event_id} is missing or cannot be read."
        elif content_digest(event) != digest:
            yield f"Position {position}: event {event_id} was changed."

    def _close(self) -> Iterator[str]:
        """A seal is read to its end: are the events it was signed for those that came?"""
        if self._open is None:
            return
        claims, self._open = self._open, None
        if self._position != claims["last"]:
            yield f"Seal {claims['seal']} goes up to position {claims['last']}, but its events end at {self._position}."
        if self._running != claims["head"]:
            yield f"Positions {claims['first']} to {claims['last']} are not what seal {claims['seal']} was signed for."
        self.seal, self.last, self.head = claims["seal"], claims["last"], claims["head"]
        self._settled = claims["settled"]

    def _waiting(self, event_id: str, *, is_readable: bool) -> Iterator[str]:
        """An event outside the chain: a fresh one waits for the next seal, an old one never got in."""
        yield from self._close()
        self.waiting += 1
        if not is_readable:
            yield f"Event {event_id[:40]} cannot be read, so it is not sealed: somebody wrote it with a database shell."
        elif made_at(event_id) < self._settled:
            yield f"Event {event_id} is outside the chain: it was written with a date before the last seal."
        elif made_at(event_id) < self._exported - LATEST:
            yield f"Event {event_id} waits for its seal since more than a day: no worker seals."


def parsed_kept(text: str) -> tuple[int, str]:
    """`812:9f3c…` as number and head. Raises ValueError."""
    number, head = text.strip().split(":")
    if len(head) != len(START):
        raise ValueError("a head has 64 characters")
    return int(number), head


def main() -> int:
    """0 for a whole trail, 1 for one that is not."""
    parser = argparse.ArgumentParser(description="Checks an exported audit trail against public keys.")
    parser.add_argument("trail", type=Path, help="what export_audit wrote")
    parser.add_argument("keys", type=Path, help="the JWK Set that export_audit --keys wrote")
    parser.add_argument("--kept", type=parsed_kept, action="append", default=[], metavar="SEAL:HEAD", help="kept elsewhere")
    options = parser.parse_args()
    verifier = Verifier(json.loads(options.keys.read_text()), dict(options.kept))
    with options.trail.open(encoding="utf-8") as lines:
        verifier.read(lines)
    for sentence in [*verifier.problems, *summary(verifier)]:
        sys.stdout.write(f"{sentence}\n")
    return 1 if verifier.problems else 0


def summary(verifier: Verifier) -> Iterator[str]:
    """What was read, and what to keep elsewhere."""
    yield f"{verifier.seal} seals over {verifier.last} events; {verifier.waiting} wait for the next seal."
    if verifier.anchor:
        yield f"The trail begins after seal {verifier.anchor}: an operator dropped what is older."
    if verifier.problems:
        yield f"The trail is NOT whole: {len(verifier.problems)} problems."
    elif verifier.seal:
        yield f"The trail is whole. Keep this elsewhere, for the next time: --kept {verifier.seal}:{verifier.head}"


if __name__ == "__main__":
    sys.exit(main())
