"""What a serving process and its hashing process say to each other: one JSON object, its length in four bytes before it.

Each pair of ends carries one question at a time, so an answer belongs to the question before it.
"""

import json
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

_LENGTH = struct.Struct(">I")
# A password has at most 4 KiB and JSON may spell each byte in six characters.
_LONGEST = 64 * 1024


class Closed(Exception):
    """The other end is gone, or what it says is not a frame."""


def send(end: socket.socket, message: Mapping[str, object]) -> None:
    """Say one thing. Raises Closed, and TimeoutError after the time limit of the socket."""
    body = json.dumps(message).encode()
    try:
        end.sendall(_LENGTH.pack(len(body)) + body)
    except TimeoutError:
        raise
    except OSError as exc:
        raise Closed(type(exc).__name__) from exc


def receive(end: socket.socket, *, within: float | None = None) -> dict[str, Any]:
    """Hear one thing, all of it within so many seconds. Raises Closed and TimeoutError."""
    deadline = None if within is None else time.monotonic() + within
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size, deadline))
    if length > _LONGEST:
        raise Closed("too long")
    try:
        message = json.loads(_exactly(end, length, deadline))
    except ValueError:
        # Without its cause: what was said may be a password.
        raise Closed("not JSON") from None
    if not isinstance(message, dict):
        raise Closed("not an object")
    return message


def _exactly(end: socket.socket, length: int, deadline: float | None) -> bytes:
    """So many bytes. Raises Closed and TimeoutError."""
    received = b""
    while len(received) < length:
        if deadline is not None:
            # Zero would mean "do not wait at all", which is another error.
            end.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            part = end.recv(length - len(received))
        except TimeoutError:
            raise
        except OSError as exc:
            raise Closed(type(exc).__name__) from exc
        if not part:
            raise Closed("ended")
        received += part
    return received
