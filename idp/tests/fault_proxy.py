"""A TCP line that misbehaves on command, between the provider and a server it relies on: our own stand-in for a bad network.

It counts what it was asked, so that a test can say how much a fault may cost without looking at a clock.
"""

import contextlib
import enum
import socket
import struct
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

_SLOW_SECONDS = 2.0
_CHUNK = 65_536


class Line(enum.Enum):
    """What the line does at the moment."""

    WORKS = "passes everything on"
    STOPPED = "nobody listens"
    REFUSES = "accepts and resets"
    SLOW = "answers two seconds late"
    HANGS = "accepts, reads, and never answers"
    LOSES_ANSWERS = "passes requests on and cuts the connection instead of answering"


class FaultProxy:
    """A listener on a free port of this machine in front of one server. Use as a context manager."""

    def __init__(self, host: str, port: int) -> None:
        """Stand in front of this server."""
        self._upstream = (host, port)
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._ended = False
        # How often something was asked of the server since `turn`: new connections, and messages on them.
        self.connections = 0
        self.messages = 0
        self._state = Line.WORKS
        self._listener: socket.socket | None = self._listen(0)
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended = True
        self._stop_listening()
        self._cut_all()

    def in_front(self, url: str) -> str:
        """The same address, through this line."""
        parts = urlsplit(url)
        credentials, _at, _rest = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{credentials + '@' if credentials else ''}127.0.0.1:{self.port}"))

    def turn(self, state: Line) -> None:
        """Change what the line does, for connections that are open too, and count anew."""
        self._state = state
        if state in {Line.STOPPED, Line.REFUSES, Line.WORKS}:
            self._cut_all()
        if state is Line.STOPPED:
            self._stop_listening()
        elif self._listener is None:
            self._listener = self._listen(self.port)
        self.connections = self.messages = 0

    @property
    def asked(self) -> int:
        """How often the provider tried the line since it was turned: each try that fails costs one time-out."""
        return max(self.connections, self.messages)

    # --- The line itself ------------------------------------------------------------------------------------------------
    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _stop_listening(self) -> None:
        if self._listener is not None:
            # A thread that waits in accept() would keep the port open.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _cut_all(self) -> None:
        with self._lock:
            cut, self._open = self._open, []
        for end in cut:
            _reset(end)

    def _accept(self, listener: socket.socket) -> None:
        while not self._ended:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._state is Line.REFUSES:
                _reset(client)
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._upstream, timeout=10)
        except OSError:
            _reset(client)
            return
        server.settimeout(None)
        with self._lock:
            self._open += [client, server]
        threading.Thread(target=self._pass_on, args=(server, client, self._answer), daemon=True).start()
        self._pass_on(client, server, self._ask)

    def _pass_on(self, source: socket.socket, target: socket.socket, act: Callable[[socket.socket, bytes], None]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                act(target, data)
        _reset(source)
        _reset(target)

    def _ask(self, server: socket.socket, data: bytes) -> None:
        self.messages += 1
        if self._state is not Line.HANGS:
            server.sendall(data)

    def _answer(self, client: socket.socket, data: bytes) -> None:
        if self._state is Line.LOSES_ANSWERS:
            raise OSError("cut")
        if self._state is Line.SLOW:
            time.sleep(_SLOW_SECONDS)
        if self._state is not Line.HANGS:
            client.sendall(data)


def _reset(end: socket.socket) -> None:
    """Close at once, without a farewell."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        end.close()
