"""Load on raw sockets: so many connections, each sending its next request as soon as it has read the answer to the last.

Python's HTTP clients would cost more than the server they measure; here a request is bytes made beforehand or by `Talk.next`,
and an answer is judged by a look for bytes. A wrong answer ends the measurement.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_LARGEST = 64 * 1024
_LENGTH = b"content-length: "
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class WrongAnswer(Exception):
    """The server said something else than it should; the text is the beginning of it."""


@dataclass
class Talk:
    """What one connection says: `next` makes a request of the last answer (b"" at first), None when it has no more to ask.

    Of a conversation of several requests `next` sets what each answer must hold, and whether more of it follows; it is measured
    from its first request to its last answer.
    """

    next: Callable[[bytes], bytes | None]
    expected: bytes
    continues: bool = False


@dataclass
class Sample:
    """What became of one slice of time."""

    seconds: float = 0.0
    # Seconds that each answer, or conversation, took.
    latencies: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    talk: Talk
    sock: socket.socket
    asked_at: float = 0.0
    answer: bytes = b""


def run(port: int, talks: list[Talk], seconds: float) -> Sample:
    """Ask for so long, or until nobody has more to ask. Raises `WrongAnswer`, OSError."""
    sample = Sample()
    with selectors.DefaultSelector() as ready:
        lines = [_Line(talk, socket.create_connection(("127.0.0.1", port), timeout=10)) for talk in talks]
        begun = time.perf_counter()
        open_lines = 0
        for line in lines:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if _ask(line):
                ready.register(line.sock, selectors.EVENT_READ, line)
                open_lines += 1
        # Each turn reads what came; after the time is over no new request goes out, and those under way are waited for.
        while open_lines:
            for key, _event in ready.select(10):
                line = key.data
                if not _is_over(line):
                    continue
                now = time.perf_counter()
                sample.latencies.append(now - line.asked_at)
                if now - begun >= seconds or not _ask(line):
                    ready.unregister(line.sock)
                    open_lines -= 1
        sample.seconds = time.perf_counter() - begun
        for line in lines:
            line.sock.close()
    return sample


def _ask(line: _Line) -> bool:
    goes_on = line.talk.continues
    request = line.talk.next(line.answer)
    if request is None:
        return False
    line.answer = b""
    if not goes_on:
        line.asked_at = time.perf_counter()
    line.sock.sendall(request)
    return True


def _is_over(line: _Line) -> bool:
    """Read what is there; whether the conversation is over. What follows in it is asked at once. Raises `WrongAnswer`."""
    if not _complete(line):
        return False
    return not (line.talk.continues and _ask(line))


def _complete(line: _Line) -> bool:
    """Read what is there; whether the answer is whole and right. Raises `WrongAnswer`."""
    received = line.sock.recv(_LARGEST)
    line.answer += received
    head, separator, body = line.answer.partition(b"\r\n\r\n")
    if not received:
        raise WrongAnswer(f"connection closed after {line.answer[:300]!r}")
    if not separator:
        return False
    length = head.lower().partition(_LENGTH)[2].partition(b"\r")[0]
    # Without a length the answer comes in chunks, the last of which is empty (RFC 9112 §7.1).
    if not (len(body) >= int(length) if length else (b"\r\n" + body).endswith(_LAST_CHUNK)):
        return False
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303")) or line.talk.expected not in line.answer:
        raise WrongAnswer(line.answer[:600].decode("utf-8", "replace"))
    return True
