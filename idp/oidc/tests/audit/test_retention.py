"""What is old leaves by whole seals behind a signed anchor; whoever cuts off a beginning otherwise is found."""

import datetime as dt
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from idp.audit import retention
from idp.audit.export import export_lines
from idp.audit.models import AuditAnchor, AuditLink, AuditSeal, SecurityEvent
from idp.audit.types import Event
from idp.audit.verifier import Verifier
from idp.core import clock
from idp.core.ids import first_id
from idp.oidc.jose import audit_seal, keys
from idp.oidc.jose.audit_seal import drop_audit, seal_keys
from idp.oidc.models import SigningKey
from idp.oidc.tests.audit.trail import by_shell, events, found, problems, sealed, stored

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)


def made_years_ago(time_machine: Any, *ages: int) -> list[SecurityEvent]:  # noqa: ANN401 - the plugin's fixture
    """Two events of each of these ages, in years, a seal for each pair."""
    today, made = clock.now(), []
    assert keys.stored(keys.new_key("ES256", SigningKey.State.ACTIVE))
    SecurityEvent.objects.all().drop()
    for age in ages:
        time_machine.move_to(today - age * YEAR, tick=False)
        # By hand: a process never makes an id that is older than its last one.
        made += [events(pk=first_id(clock.epoch(clock.now()) - number)) for number in (2, 1)]
        assert sealed() == 2
    time_machine.move_to(today, tick=False)
    assert problems() == []
    return made


@pytest.fixture
def old_trail(time_machine: Any) -> list[SecurityEvent]:  # noqa: ANN401 - the plugin's fixture
    """Of three years ago, of two years ago and of today."""
    return made_years_ago(time_machine, 3, 2, 0)


def drop(days: int) -> str:
    """What the command says."""
    out = StringIO()
    call_command("drop_audit", f"--keep-days={days}", stdout=out)
    return out.getvalue()


def left() -> tuple[list[int], list[int]]:
    """The positions and the seals that are there; each position has its event."""
    links = AuditLink.objects.order_by("position")
    assert SecurityEvent.objects.filter(pk__in=links.values("event_id")).count() == len(links)
    return list(links.values_list("position", flat=True)), list(
        AuditSeal.objects.order_by("number").values_list("number", flat=True)
    )


# --- What goes --------------------------------------------------------------------------------------------------------------
def test_what_is_old_goes_and_the_rest_is_whole_and_goes_on(old_trail: list[SecurityEvent]) -> None:
    said = drop(days=800)
    assert "2 events were dropped." in said
    assert "The trail begins after seal 1: an operator dropped what is older." in said
    assert left() == ([3, 4, 5, 6], [2, 3])
    assert SecurityEvent.objects.filter(pk__in=[event.pk for event in old_trail]).count() == 4
    # That it was done is in the trail, which goes on.
    assert SecurityEvent.objects.get(event=Event.AUDIT_DROPPED).detail == {"up_to_seal": "1", "up_to_position": "2"}
    assert sealed() == 1
    assert problems() == []
    # Nothing more of that age; then the next pair.
    assert "0 events were dropped." in drop(days=800)
    assert "2 events were dropped." in drop(days=365)
    assert left() == ([5, 6, 7], [3, 4])
    assert problems() == []


def test_the_newest_seal_stays_however_old_it_is(time_machine: Any) -> None:  # noqa: ANN401 - the plugin's fixture
    made_years_ago(time_machine, 4, 3, 2)
    assert drop_audit(YEAR) == 4
    assert left() == ([5, 6], [3])
    assert sealed() == 1
    assert problems() == []


def test_a_seal_with_something_young_in_it_stays(old_trail: list[SecurityEvent]) -> None:
    # By the ids in the chain: what a shell writes into columns that nobody signed makes nothing older.
    by_shell("UPDATE <seal> SET settled = 0")
    assert drop_audit(3 * YEAR + dt.timedelta(days=1)) == 0
    assert drop_audit(YEAR) == 4
    assert left() == ([5, 6], [3])


@pytest.mark.parametrize("days", ["364", "0", "-1", "many"])
def test_nobody_drops_what_is_younger_than_a_year(old_trail: list[SecurityEvent], days: str) -> None:
    with pytest.raises(CommandError, match="keep at least 365 days"):
        call_command("drop_audit", f"--keep-days={days}")
    assert left()[1] == [1, 2, 3]


def test_a_trail_that_was_tampered_with_is_evidence_and_stays(old_trail: list[SecurityEvent]) -> None:
    by_shell("UPDATE <event> SET client_id = 'other' WHERE id = %s", stored(old_trail[0]))
    with pytest.raises(CommandError, match="not whole, so nothing is dropped"):
        drop(days=365)
    assert left()[1] == [1, 2, 3]


def test_killed_half_way_it_is_whole_and_the_next_run_goes_on(
    old_trail: list[SecurityEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[int] = []
    really: Callable[[AuditSeal], int] = retention._drop

    def killed(seal: AuditSeal) -> int:
        if dropped:
            raise KeyboardInterrupt
        dropped.append(seal.number)
        return really(seal)

    monkeypatch.setattr(retention, "_drop", killed)
    with pytest.raises(KeyboardInterrupt):
        drop_audit(YEAR)
    monkeypatch.setattr(retention, "_drop", really)
    assert (dropped, left()) == ([1], ([3, 4, 5, 6], [2, 3]))
    assert problems() == []
    assert drop_audit(YEAR) == 2
    assert AuditAnchor.objects.count() == 1
    assert problems() == []


# --- What is found ----------------------------------------------------------------------------------------------------------
def test_a_beginning_cut_off_with_a_shell_is_found(old_trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <link> WHERE position <= 2")
    by_shell("DELETE FROM <seal> WHERE number = 1")
    by_shell("DELETE FROM <event> WHERE id IN (%s, %s)", *map(stored, old_trail[:2]))
    assert problems() == ["Seal 2 follows seal 0: what is between them is missing, or the order was changed."]


def test_more_cut_off_than_the_anchor_says_is_found(old_trail: list[SecurityEvent]) -> None:
    drop(days=800)
    by_shell("DELETE FROM <link> WHERE position <= 4")
    by_shell("DELETE FROM <seal> WHERE number = 2")
    by_shell("DELETE FROM <event> WHERE id IN (%s, %s)", *map(stored, old_trail[2:4]))
    assert found("Seal 3 follows seal 1")


def test_an_anchor_taken_away_is_found(old_trail: list[SecurityEvent]) -> None:
    drop(days=800)
    by_shell("DELETE FROM <anchor>")
    assert found("Seal 2 follows seal 0")


def test_a_seal_is_no_anchor(old_trail: list[SecurityEvent]) -> None:
    """A shell has the tokens of all seals, and cuts off all before one of them."""
    assert retention.drop_older(than=YEAR, sign=audit_seal._signed) == 4
    assert found("The anchor at seal 2 is not signed by a key of this provider: it is a signature of another kind.")


def test_an_anchor_inside_the_trail_hides_nothing(old_trail: list[SecurityEvent]) -> None:
    whole = list(export_lines())
    drop(days=365)
    anchor = next(line for line in export_lines() if '"anchor"' in line)
    # Moved behind the first seal, over what it would hide.
    _first, second, third = (number for number, line in enumerate(whole) if '"kind": "seal"' in line)
    reader = Verifier(seal_keys(), {})
    reader.read([*whole[:second], anchor, *whole[third:]])
    assert "The anchor at seal 2 stands inside the trail: what is between was cut off." in reader.problems


def test_heads_kept_elsewhere_are_compared_from_the_anchor_on(old_trail: list[SecurityEvent]) -> None:
    heads: Mapping[int, str] = dict(AuditSeal.objects.values_list("number", "head"))
    drop(days=365)
    assert problems(seal1="0" * 64, seal2=heads[2], seal3=heads[3]) == []
    assert found("Seal 2 is not the one that was kept elsewhere", seal2="0" * 64)
    assert found("Seal 3 is not the one that was kept elsewhere", seal3="0" * 64)
