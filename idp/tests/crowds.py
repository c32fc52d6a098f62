"""Tests that open dozens of connections take turns, in whichever process they run: PostgreSQL admits a hundred by default."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TURN = Path(tempfile.gettempdir()) / "idp-tests-crowd.lock"


@contextmanager
def only_crowd() -> Iterator[None]:
    """Wait until no other process of this machine is in here."""
    with _TURN.open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
