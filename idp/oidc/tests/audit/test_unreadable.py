"""Rows that hold no time and no id any more. SQLite only: PostgreSQL's columns take nothing else."""

import pytest

from idp.audit.models import SecurityEvent
from idp.oidc.tests.audit.trail import by_shell, problems, stored

pytestmark = pytest.mark.django_db


def test_a_row_nobody_can_read_is_named_and_the_others_are_judged(trail: list[SecurityEvent]) -> None:
    by_shell("UPDATE <event> SET sid = 'no id' WHERE id = %s", stored(trail[0]))
    by_shell("UPDATE <event> SET at = 'yesterday' WHERE id = %s", stored(trail[1]))
    by_shell("UPDATE <event> SET client_id = 'other' WHERE id = %s", stored(trail[2]))
    assert [sentence.split(": ")[0] for sentence in problems()] == ["Position 2", "Position 3", "Position 4"]
