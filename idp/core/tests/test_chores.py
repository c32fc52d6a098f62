"""The list of repeating work: announced once under its name, in order."""

import pytest

from idp.core import chores, clock
from idp.core.chores import Chore


@pytest.fixture(autouse=True)
def _own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_CHORES", {})


def test_chores_are_listed_in_the_order_they_were_announced() -> None:
    first = Chore("first", clock.seconds(60), lambda: 1)
    second = Chore("second", clock.seconds(1), lambda: 2)
    chores.register(first)
    chores.register(second)
    assert chores.chores() == (first, second)


def test_announcing_a_name_again_replaces_it() -> None:
    chores.register(Chore("sweep", clock.seconds(60), lambda: "old"))
    chores.register(Chore("sweep", clock.seconds(60), lambda: "new"))
    assert [chore.run() for chore in chores.chores()] == ["new"]
