"""A counter at the edge of the hash library: tests count hash operations, they never measure time."""

from collections.abc import Callable

import argon2
import argon2._password_hasher
import pytest
from django.db import connection


class Hashes:
    """How many hash operations were asked for, and how many of them inside a transaction."""

    def __init__(self) -> None:
        self.count = 0
        self.inside_transaction = 0

    def counted(self, operation: Callable[..., object]) -> Callable[..., object]:
        """The same operation, counted."""

        def run(*args: object, **kwargs: object) -> object:
            self.count += 1
            self.inside_transaction += connection.in_atomic_block
            return operation(*args, **kwargs)

        return run


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    """Counts both functions of argon2-cffi that every hash of ours ends in."""
    counter = Hashes()
    monkeypatch.setattr(argon2.low_level, "hash_secret", counter.counted(argon2.low_level.hash_secret))
    verify = argon2.low_level.verify_secret
    monkeypatch.setattr(argon2._password_hasher, "verify_secret", counter.counted(verify))
    return counter
