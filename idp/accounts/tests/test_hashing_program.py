"""The hashing process from inside: what it answers to strange questions, what it says when it fails, when it ends."""

import json
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator

import argon2
import argon2._password_hasher
import pytest

from idp.accounts.hashing import frames, functions

End = socket.socket
STORED = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"


@pytest.fixture
def program() -> Iterator[tuple["subprocess.Popen[str]", End]]:
    """The program with one socket, and our end of it."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "idp.accounts.hashing.program", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True)
    with ours, process:
        ours.settimeout(30)
        yield process, ours
        ours.close()


def test_what_cannot_be_hashed_is_a_failure_by_its_kind_alone(program: tuple["subprocess.Popen[str]", End]) -> None:
    process, end = program
    frames.send(end, {"function": "argon2_verify", "arguments": ["canary \ud800", STORED]})
    assert frames.receive(end) == {"failure": "UnicodeEncodeError"}
    frames.send(end, {"function": "bcrypt_of_sha256", "arguments": ["canary", "$2b$04$short"]})
    assert frames.receive(end) == {"failure": "ValueError"}
    end.close()
    assert process.wait(timeout=10) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"function": "system", "arguments": ["canary"]},
        {"function": "pbkdf2", "arguments": "canary"},
        {"function": "pbkdf2", "arguments": ["canary"]},
        {"function": "pbkdf2", "arguments": ["canary", "salt", "many", "sha256"]},
    ],
)
def test_what_is_no_question_ends_it_with_a_line_that_quotes_nothing(
    program: tuple["subprocess.Popen[str]", End], question: dict[str, object]
) -> None:
    process, end = program
    frames.send(end, question)
    with pytest.raises(frames.Closed):
        frames.receive(end)
    assert process.wait(timeout=10) == 70
    assert process.stderr is not None
    said = process.stderr.read()
    assert said.startswith("The hashing process failed: ")
    assert "Error at " in said
    assert "canary" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("sent", [b"", b"\0\0", b"\0\0\0\5junk!", b"\0\0\0\2[]", struct.pack(">I", 2**31) + b"x"])
def test_what_is_no_frame_ends_it_in_silence(program: tuple["subprocess.Popen[str]", End], sent: bytes) -> None:
    process, end = program
    end.sendall(sent)
    end.shutdown(socket.SHUT_WR)
    assert process.wait(timeout=10) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_one_socket_that_ends_is_the_end_whatever_the_others_do() -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    numbers = [theirs.fileno() for _, theirs in pairs]
    process = subprocess.Popen([sys.executable, "-m", "idp.accounts.hashing.program", *map(str, numbers)], pass_fds=numbers)
    for _, theirs in pairs:
        theirs.close()
    (first, _), (second, _) = pairs
    first.close()
    with second, process:
        assert process.wait(timeout=30) == 0


# --- Frames -------------------------------------------------------------------------------------------------------------
def test_a_frame_in_pieces_is_one_message() -> None:
    ours, theirs = socket.socketpair()
    body = json.dumps({"result": "é"}).encode()
    with ours, theirs:
        for byte in struct.pack(">I", len(body)) + body:
            ours.sendall(bytes([byte]))
        assert frames.receive(theirs, within=5) == {"result": "é"}


def test_half_a_frame_is_waited_for_no_longer_than_asked() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"\0\0\0\x10{")
        with pytest.raises(TimeoutError):
            frames.receive(theirs, within=0.05)


# --- Functions ----------------------------------------------------------------------------------------------------------
def test_a_hash_that_cannot_be_read_is_not_matched_and_no_outage() -> None:
    assert functions.argon2_verify("secret", "$argon2id$v=19$m=8,t=1,p=1$!!!$!!!") is False


@pytest.mark.parametrize("sentence", sorted(functions._SHORT_OF_RESOURCES))
def test_what_could_not_be_computed_is_never_a_wrong_password(monkeypatch: pytest.MonkeyPatch, sentence: str) -> None:
    def short(*_args: object, **_kwargs: object) -> bytes:
        raise argon2.exceptions.VerificationError(sentence)

    monkeypatch.setattr(argon2._password_hasher, "verify_secret", short)
    with pytest.raises(functions.OutOfResources):
        functions.argon2_verify("secret", STORED)


def test_both_ways_of_being_short_of_resources_are_known() -> None:
    # The texts are the library's; that they are the right two shows when the memory is really not there.
    assert len(functions._SHORT_OF_RESOURCES) == 2
    with pytest.raises(functions.OutOfResources):
        functions.argon2id_hash("secret", "NaClNaCl", 1, 2**32 - 1, 1)
