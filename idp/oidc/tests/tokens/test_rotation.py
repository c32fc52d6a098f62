"""The rules of rotation as a pure function: every distance from the live end of a chain, inside and outside the window."""

import datetime as dt

import pytest
from pytest_django import Settings

from idp.core import clock
from idp.core.crypto import Unreadable
from idp.oidc.models import RefreshToken
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens.rotation import Rotation, Verdict, judge, new_rotation, successor_of

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
GRACE = 60


def row(*, generation: int, rotated_ago: int | None = None, revoked: bool = False, expires_in: int = 3600) -> RefreshToken:
    """A token of one chain; `rotated_ago` in seconds."""
    return RefreshToken(
        generation=generation,
        rotated_at=None if rotated_ago is None else NOW - clock.seconds(rotated_ago),
        revoked=NOW if revoked else None,
        expires=NOW + clock.seconds(expires_in),
    )


@pytest.mark.spec("RFC 9700", "4.14.2")
@pytest.mark.parametrize(
    ("behind", "rotated_ago", "verdict"),
    [
        (1, 0, Verdict.REPEAT),
        (1, GRACE, Verdict.REPEAT),
        (1, GRACE + 1, Verdict.KILL),
        (2, GRACE, Verdict.REFUSE),
        (2, GRACE + 1, Verdict.KILL),
        (3, 1, Verdict.KILL),
        (9, 1, Verdict.KILL),
    ],
)
def test_a_replaced_token_is_judged_by_its_distance_and_its_own_window(behind: int, rotated_ago: int, verdict: Verdict) -> None:
    token = row(generation=4, rotated_ago=rotated_ago)
    assert judge(token, row(generation=4 + behind), grace_seconds=GRACE, now=NOW) is verdict


@pytest.mark.spec("RFC 9700", "4.14.2")
@pytest.mark.parametrize("behind", [1, 2, 3])
def test_without_a_window_any_reuse_kills(behind: int) -> None:
    token = row(generation=0, rotated_ago=0)
    assert judge(token, row(generation=behind), grace_seconds=0, now=NOW) is Verdict.KILL


def test_the_live_end_is_rotated() -> None:
    token = row(generation=3)
    assert judge(token, token, grace_seconds=GRACE, now=NOW) is Verdict.ROTATE


@pytest.mark.parametrize("token", [row(generation=0, revoked=True), row(generation=0, expires_in=0)])
def test_a_dead_chain_is_refused_quietly(token: RefreshToken) -> None:
    assert judge(token, token, grace_seconds=GRACE, now=NOW) is Verdict.REFUSE


def test_a_predecessor_of_a_revoked_chain_is_refused_quietly() -> None:
    token, latest = row(generation=0, rotated_ago=1, revoked=True), row(generation=1, revoked=True)
    assert judge(token, latest, grace_seconds=GRACE, now=NOW) is Verdict.REFUSE


def test_a_successor_is_ours_and_the_same_each_time() -> None:
    rotation = new_rotation()
    presented = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle="abcdefgh")
    first, second = (successor_of(presented, rotation=rotation, handle="abcdefgh") for _ in range(2))
    assert first == second != presented
    assert token_format.is_ours(first, token_format.Kind.REFRESH_TOKEN)


def test_a_successor_depends_on_token_salt_and_key_alike() -> None:
    rotation = new_rotation()
    presented = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle="abcdefgh")
    other = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle="abcdefgh")
    values = {
        successor_of(presented, rotation=rotation, handle="abcdefgh"),
        successor_of(other, rotation=rotation, handle="abcdefgh"),
        successor_of(presented, rotation=Rotation(salt="x" * 43, key_id=rotation.key_id), handle="abcdefgh"),
    }
    assert len(values) == 3


# --- The server's key ---------------------------------------------------------------------------------------------------
ONE, OTHER = {"k1": b"1" * 32}, {"k2": b"2" * 32}


def test_another_key_gives_another_successor(settings: Settings) -> None:
    settings.IDP_ENCRYPTION_KEYS = {**ONE, **OTHER}
    presented = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle="abcdefgh")
    made = [Rotation(salt="x" * 43, key_id=key_id) for key_id in ("k1", "k2")]
    first, second = (successor_of(presented, rotation=rotation, handle="abcdefgh") for rotation in made)
    assert first != second
    # Not the name of the key counts, but what it is.
    settings.IDP_ENCRYPTION_KEYS = {"k1": OTHER["k2"]}
    assert successor_of(presented, rotation=made[0], handle="abcdefgh") == second


def test_a_successor_stays_the_same_when_another_key_becomes_active(settings: Settings) -> None:
    settings.IDP_ENCRYPTION_KEYS = ONE
    rotation = new_rotation()
    presented = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle="abcdefgh")
    before = successor_of(presented, rotation=rotation, handle="abcdefgh")
    settings.IDP_ENCRYPTION_KEYS = {**OTHER, **ONE}
    assert successor_of(presented, rotation=rotation, handle="abcdefgh") == before
    assert (rotation.key_id, new_rotation().key_id) == ("k1", "k2")


def test_without_its_key_there_is_no_successor(settings: Settings) -> None:
    settings.IDP_ENCRYPTION_KEYS = ONE
    rotation = new_rotation()
    presented = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle="abcdefgh")
    settings.IDP_ENCRYPTION_KEYS = OTHER
    with pytest.raises(Unreadable):
        successor_of(presented, rotation=rotation, handle="abcdefgh")
