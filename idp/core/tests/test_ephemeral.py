"""`ephemeral`: short-lived records are typed, sealed, taken once, and a dead cache becomes a sentence."""

import os
import threading
from collections.abc import Callable

import pytest
from django.core.cache import caches
from pytest_django import Settings

from idp.core.ephemeral import Ephemeral, get_together
from idp.core.errors import Unavailable
from idp.core.types import Schema


class Note(Schema):
    """What these tests keep."""

    text: str
    tags: tuple[str, ...] = ()


NOTES = Ephemeral(kind="note", model=Note, lifetime=60)
NOTE = Note(text="canary-7f3a", tags=("a", "b"))


def test_what_was_put_is_got_and_stays() -> None:
    NOTES.put("1", NOTE)
    assert NOTES.get("1") == NOTE
    assert NOTES.get("1") == NOTE
    assert NOTES.get("2") is None


def test_add_stores_only_the_first() -> None:
    assert NOTES.add("1", NOTE)
    assert not NOTES.add("1", Note(text="second"))
    assert NOTES.get("1") == NOTE


def test_discard_says_whether_there_was_something() -> None:
    NOTES.put("1", NOTE)
    assert NOTES.discard("1")
    assert not NOTES.discard("1")
    assert NOTES.get("1") is None


def test_of_many_takers_exactly_one_gets_the_record() -> None:
    NOTES.put("1", NOTE)
    start, got = threading.Barrier(8), []

    def take() -> None:
        start.wait()
        got.append(NOTES.take("1"))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert [record for record in got if record is not None] == [NOTE]


def test_the_lifetime_reaches_the_cache() -> None:
    Ephemeral(kind="brief", model=Note, lifetime=0).put("1", NOTE)
    assert Ephemeral(kind="brief", model=Note, lifetime=0).get("1") is None


def test_the_cache_holds_no_plain_text() -> None:
    NOTES.put("1", NOTE)
    assert "canary-7f3a" not in str(caches["ephemeral"].get("note:1"))


def test_a_record_moved_to_another_key_or_kind_is_not_there() -> None:
    NOTES.put("1", NOTE)
    sealed = caches["ephemeral"].get("note:1")
    caches["ephemeral"].set("note:2", sealed)
    caches["ephemeral"].set("other:1", sealed)
    assert NOTES.get("2") is None
    assert Ephemeral(kind="other", model=Note, lifetime=60).get("1") is None


@pytest.mark.parametrize("stored", [b"bytes", 7, "not sealed", "v1.unknown.AAAA", {"text": "forged"}])
def test_anything_foreign_in_the_cache_is_not_there(stored: object) -> None:
    caches["ephemeral"].set("note:1", stored if not isinstance(stored, bytes) else stored.decode())
    assert NOTES.get("1") is None


def test_a_record_of_an_older_release_counts_as_expired() -> None:
    class OldNote(Schema):
        words: str

    Ephemeral(kind="note", model=OldNote, lifetime=60).put("1", OldNote(words="old"))
    assert NOTES.get("1") is None
    assert NOTES.take("1") is None


def test_three_drawers_are_asked_at_once_and_answer_as_each_would() -> None:
    other, foreign = (Ephemeral(kind=kind, model=Note, lifetime=60) for kind in ("other", "foreign"))
    assert get_together("1", NOTES, other, foreign) == (None, None, None)
    NOTES.put("1", NOTE)
    other.put("1", Note(text="another"))
    # A record moved from its own drawer is not there, whoever asks.
    caches["ephemeral"].set("foreign:1", caches["ephemeral"].get("note:1"))
    assert get_together("1", NOTES, other, foreign) == (NOTE, Note(text="another"), None)


def test_a_removed_key_counts_as_expired(settings: Settings) -> None:
    NOTES.put("1", NOTE)
    settings.IDP_ENCRYPTION_KEYS = {"new": os.urandom(32)}
    assert NOTES.get("1") is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: NOTES.put("1", NOTE),
        lambda: NOTES.add("1", NOTE),
        lambda: NOTES.get("1"),
        lambda: get_together("1", NOTES, NOTES, NOTES),
        lambda: NOTES.take("1"),
        lambda: NOTES.discard("1"),
    ],
)
def test_a_cache_that_cannot_be_reached_becomes_a_sentence(settings: Settings, call: Callable[[], object]) -> None:
    # Port 9 (discard) on this machine: nobody listens, so the connection is refused at once.
    dead = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {**settings.CACHES, "ephemeral": dead}
    with pytest.raises(Unavailable) as caught:
        call()
    assert "sign-in" in str(caught.value.message)
    assert caught.value.retry_after == 5
