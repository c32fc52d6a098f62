"""Rows that hold no time and no id any more. SQLite only: PostgreSQL's columns take nothing else."""

import logging

import pytest

from idp.audit import sealing
from idp.audit.models import SecurityEvent
from idp.oidc.tests.audit.trail import by_shell, found, problems, recorded, sealed, stored

pytestmark = pytest.mark.django_db


def test_a_row_nobody_can_read_is_named_and_the_others_are_judged(trail: list[SecurityEvent]) -> None:
    by_shell("UPDATE <event> SET sid = 'no id' WHERE id = %s", stored(trail[0]))
    by_shell("UPDATE <event> SET at = 'yesterday' WHERE id = %s", stored(trail[1]))
    by_shell("UPDATE <event> SET client_id = 'other' WHERE id = %s", stored(trail[2]))
    assert [sentence.split(": ")[0] for sentence in problems()] == ["Position 2", "Position 3", "Position 4"]


@pytest.mark.parametrize("damage", ["sid = 'no id'", "at = 'yesterday'", "id = 'no id'"])
def test_one_that_waits_is_told_of_and_holds_no_other_up(
    trail: list[SecurityEvent], damage: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 8)
    before, damaged, after = recorded(3)
    by_shell(f"UPDATE <event> SET {damage} WHERE id = %s", stored(damaged))  # noqa: S608 - words of this test
    with caplog.at_level(logging.ERROR, logger="idp.audit.sealing"):
        assert sealed() == 2
        later = recorded(1)
        assert sealed() == 1
    named = "no id" if damage.startswith("id") else str(damaged.pk)
    assert [record.__dict__["event_id"] for record in caplog.records] == [named, named]
    assert problems() == [f"Event {named} cannot be read, so it is not sealed: somebody wrote it with a database shell."]
    # Those around it are under a seal.
    for event in (before, after, *later):
        by_shell("UPDATE <event> SET client_id = 'other' WHERE id = %s", stored(event))
    assert len(found("was changed")) == 3
