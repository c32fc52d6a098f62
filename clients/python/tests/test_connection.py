"""Answers byte by byte: every way HTTP/1.1 lets an answer end, and what is not HTTP at all (RFC 9112)."""

import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from fashionistar_auth.conf import get_settings
from fashionistar_auth.connection import Connection, Origin
from fashionistar_auth.transport import HttpAnswer, NoAnswer, Transport

CLOSE = b""
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def speaking(*connections: tuple[bytes, ...]) -> Iterator[Transport]:
    """A server that answers the n-th request on the m-th connection with those bytes; CLOSE hangs up after them."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        lines = []
        for answers in connections:
            line, _ = listener.accept()
            lines.append(line)
            for answer in answers:
                if answer == CLOSE:
                    line.close()
                elif line.recv(65_536):
                    line.sendall(answer)
        for line in lines:
            line.close()

    server = Thread(target=serve)
    server.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/oauth2/jwks"
    patient = get_settings().model_copy(update={"connect_timeout_seconds": 60.0, "read_timeout_seconds": 60.0})
    transport = Transport(patient, url=address, headers={}, pool_size=4)
    try:
        yield transport
    finally:
        # Whoever still waits for a request or a connection goes home.
        transport.close()
        with socket.socket() as bell:
            for _ in connections:
                bell.connect_ex(listener.getsockname())
        server.join(60)
        listener.close()


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
READ_AS = {
    "length": (OK, b"ok"),
    "empty": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
    "chunks": (CHUNKED + b"1\r\no\r\n1;extension=1\r\nk\r\n0\r\n\r\n", b"ok"),
    "trailer": (CHUNKED + b"2\r\nok\r\n0\r\nServer-Timing: 1\r\n\r\n", b"ok"),
    "interim": (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, b"ok"),
    "several interim": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + OK, b"ok"),
}


@pytest.mark.spec("RFC 9112", "6.3")
@pytest.mark.parametrize(("answer", "body"), READ_AS.values(), ids=READ_AS)
def test_an_answer_that_says_where_it_ends_leaves_the_connection_usable(answer: bytes, body: bytes) -> None:
    with speaking((answer, answer)) as transport:
        assert [transport.get(), transport.get()] == [HttpAnswer(200, body)] * 2


UNTIL_THE_END = {
    "no length": (b"HTTP/1.1 200 OK\r\n\r\nok", CLOSE),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",),
    "asked to close": (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",),
}


@pytest.mark.spec("RFC 9112", "9.6")
@pytest.mark.parametrize("answers", UNTIL_THE_END.values(), ids=UNTIL_THE_END)
def test_the_last_answer_of_a_connection(answers: tuple[bytes, ...]) -> None:
    with speaking(answers, (OK,)) as transport:
        assert [transport.get(), transport.get()] == [HttpAnswer(200, b"ok")] * 2


REFUSED = {
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a page without a head": b"<html>maintenance</html>",
    "a length twice": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    "chunks and a length": CHUNKED.replace(b"Tr", b"Content-Length: 2\r\nTr") + b"2\r\nok\r\n0\r\n\r\n",
    "chunks twice": CHUNKED.removesuffix(b"\r\n") + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "a coding nobody asked for": CHUNKED.replace(b"chunked", b"gzip, chunked") + b"2\r\nok\r\n0\r\n\r\n",
    "a coding nobody knows": CHUNKED.replace(b"chunked", b"xchunked") + b"2\r\nok\r\n0\r\n\r\n",
    "a length in its trailer": CHUNKED + b"2\r\nok\r\n0\r\nContent-Length: 2\r\n\r\n",
    "a length with a sign": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
    "lengths in a list": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
    "a length beyond all numbers": b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551618\r\n\r\nok",
    "a name that ends in a space": b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
    "lines of LF alone": OK.replace(b"\r\n", b"\n"),
    "a CR inside a value": OK.replace(b"\r\n\r\n", b"\r\nX: a\rContent-Length: 9\r\n\r\n"),
    "a folded value": OK.replace(b"\r\n\r\n", b"\r\n 3\r\n\r\n"),
    "a status below 100": OK.replace(b"200", b"099") + OK,
    "a status of zeros": OK.replace(b"200", b"000") + OK,
    "a length and chunks": CHUNKED.removesuffix(b"\r\n") + b"Content-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
    "a chunk that is longer than it says": CHUNKED + b"1\r\nok\r\n0\r\n\r\n",
    "a change of protocol": b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "two answers": OK + OK,
    "more than it says": OK + b"!",
    "too large a head": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "chunks without an end": CHUNKED + b"ff\r\n" + b"x" * 255 + (b"\r\nff\r\n" + b"x" * 255) * 300,
}


@pytest.mark.spec("RFC 9112", "11.2")
@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED)
def test_what_is_no_answer_is_refused_and_its_connection_closed(answer: bytes) -> None:
    with speaking((answer,), (OK,)) as transport:
        with pytest.raises(NoAnswer, match=r"is not HTTP|is larger than"):
            transport.get()
        assert transport.get() == HttpAnswer(200, b"ok")


CUT = {
    "in the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
    "between chunks": CHUNKED + b"2\r\nok\r\n",
    "after an interim answer": b"HTTP/1.1 103 Early Hints\r\n\r\n",
}


@pytest.mark.spec("RFC 9112", "8")
@pytest.mark.parametrize("answer", CUT.values(), ids=CUT)
def test_an_answer_that_breaks_off_counts_for_nothing(answer: bytes) -> None:
    with speaking((answer, CLOSE), (OK,)) as transport:
        with pytest.raises(NoAnswer, match="broke"):
            transport.get()
        assert transport.get() == HttpAnswer(200, b"ok")


@pytest.mark.spec("RFC 9112", "6.3")
@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_the_body_of_an_answer_without_one_is_not_the_next_answer(status: bytes) -> None:
    without = b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (status, len(OK))
    with speaking((without, OK.replace(b"ok", b"no")), (OK,)) as transport:
        assert transport.get() == HttpAnswer(int(status[:3]), b"")
        assert transport.get() == HttpAnswer(200, b"ok")


@pytest.mark.spec("RFC 9112", "9.3.1")
def test_a_request_is_repeated_only_where_no_answer_had_begun() -> None:
    with speaking((OK, b"HTTP/1.1 2", CLOSE), (OK,)) as transport:
        assert transport.get() == HttpAnswer(200, b"ok")
        with pytest.raises(NoAnswer, match="broke"):
            transport.get()


def test_an_answer_in_pieces_has_no_more_time_than_one_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"HTTP/1.1 200 OK\r\n")
        line = Connection(ours, Origin("", 0, None, connect_timeout=0.5, read_timeout=0.5))
        with pytest.raises(NoAnswer, match=r"no answer within 0\.5 s"):
            line.ask(b"?")
        # The last wait was for what the first had left.
        assert 0 < (ours.gettimeout() or 0) < 0.5


@pytest.mark.parametrize("said", [OK, OK + OK, b"?"], ids=["an answer", "two", "none"])
def test_nothing_of_an_answer_waits_for_the_garbage_collector(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        line = Connection(ours, Origin("", 0, None, connect_timeout=60, read_timeout=60))
        gc.collect()
        gc.disable()
        try:
            with suppress(NoAnswer):
                line.ask(b"?")
            assert not [kept for kept in gc.get_objects() if type(kept).__name__ == "_Answer"]
        finally:
            gc.enable()


@pytest.mark.spec("RFC 9112", "9.3")
def test_what_nobody_asked_for_ends_a_connection() -> None:
    another = OK.replace(b"ok", b"no")
    with speaking((OK, another), (OK,)) as transport:
        assert transport.get().status == 200
        # The second answer of this connection comes without a request of ours: asked for by hand, read by nobody.
        (idle,) = transport._idle  # noqa: SLF001 - what the pool keeps is the point
        idle._line.sendall(b"?")  # noqa: SLF001
        assert idle._idle.poll(60_000)  # noqa: SLF001
        assert transport.get() == HttpAnswer(200, b"ok")


def test_idle_connections_end_with_the_transport_that_kept_them() -> None:
    with speaking((OK,)) as transport:
        transport.get()
        (idle,) = transport._idle  # noqa: SLF001
        transport.close()
        assert idle._line.fileno() == -1  # noqa: SLF001
        assert not transport._idle  # noqa: SLF001
