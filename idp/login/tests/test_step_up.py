"""What a sign-in that asks for more begins with, and when it has to do without."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.models import User
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login
from idp.login.state import Facts, LoginState, logins, open_login
from idp.login.step_up import first_facts, still_carried
from idp.login.strength import FRESH_SECONDS
from idp.login.types import Proof

pytestmark = pytest.mark.spec("RFC 9470", "5")

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ADA = User(id=uuid.UUID(int=1), email="ada@example.com")
APP = uuid.UUID(int=7)
HERE = "a" * 64


def wish(**wishes: Any) -> LoginRequirement:  # noqa: ANN401 - any member
    return LoginRequirement.model_validate({"uid": "u" * 32, "return_to": "/next", "step_up": True, "acr": "aal2", **wishes})


def session(*, age: int = 60, **unlike: Any) -> SsoSession:  # noqa: ANN401 - any column
    """Ada's, of so many seconds ago."""
    row: dict[str, Any] = {
        "id": uuid.UUID(int=2), "user": ADA, "auth_time": NOW - dt.timedelta(seconds=age), "acr": "aal1", "amr": ["pwd"],
        "login_uid": "l" * 32, "factors": [str(APP)], "password_mark": "mark", "expires_at": NOW + dt.timedelta(days=1), **unlike,
    }  # fmt: skip
    return SsoSession(**row)


def facts(requirement: LoginRequirement | None = None, held: SsoSession | None = None) -> Facts:
    return first_facts(requirement=requirement or wish(), session=held or session(), at=NOW)


def test_what_the_session_proved_is_there_from_the_beginning() -> None:
    begun = facts()
    assert (begun.identifier, begun.user_id, begun.proofs) == ("ada@example.com", ADA.pk, (Proof.PWD,))
    assert (begun.factors, begun.password_mark) == ((APP,), "mark")


def test_nothing_is_carried_unless_the_sign_in_steps_up_and_there_is_a_session() -> None:
    assert facts(wish(step_up=False)) == Facts()
    assert first_facts(requirement=wish(), session=None, at=NOW) == Facts()


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_sign_in_older_than_the_client_allows_carries_nothing() -> None:
    assert facts(wish(max_age=61)).carried is not None
    assert facts(wish(max_age=60)) == Facts()
    assert facts(held=session(expires_at=NOW)) == Facts()


def test_recent_means_what_it_means_on_ones_own_pages() -> None:
    recent, old = (facts(held=session(age=age)).carried for age in (FRESH_SECONDS, FRESH_SECONDS + 1))
    assert recent is not None
    assert old is not None
    assert (recent.is_recent, old.is_recent) == (True, False)


def test_a_method_that_nobody_knows_any_more_is_none() -> None:
    assert facts(held=session(amr=["pwd", "retina"])).proofs == (Proof.PWD,)


@given(sid=st.sampled_from([None, 2, 3]), login=st.sampled_from(["l", "m"]), later=st.sampled_from([0, 99, 100]))
def test_proofs_stay_while_their_session_stands_unchanged_and_young_enough(sid: int | None, login: str, later: int) -> None:
    requirement = wish(max_age=160)
    state = LoginState(requirement=requirement, browser=HERE, facts=facts(requirement).learning(proofs=(Proof.PWD, Proof.OTP)))
    found = session(id=uuid.UUID(int=sid), login_uid=login * 32) if sid is not None else None
    kept = still_carried(state, found, NOW + dt.timedelta(seconds=later))
    stands = (sid, login) == (2, "l") and later < 100
    assert kept == (state if stands else state.with_facts(Facts()))


def test_what_was_proved_in_the_sign_in_itself_needs_no_session() -> None:
    state = LoginState(requirement=wish(), browser=HERE, facts=Facts(identifier="ada@example.com"))
    assert still_carried(state, None, NOW) == state
    assert still_carried(state, session(id=uuid.UUID(int=3)), NOW) == state


@pytest.mark.parametrize(("later", "is_recent"), [(0, True), (60, True), (61, False)])
def test_a_sign_in_that_stays_open_does_not_keep_a_proof_recent(*, later: int, is_recent: bool) -> None:
    held = session(age=FRESH_SECONDS - 60)
    begun = LoginState(requirement=wish(), browser=HERE, facts=first_facts(requirement=wish(), session=held, at=NOW))
    carried = still_carried(begun, held, NOW + dt.timedelta(seconds=later)).facts.carried
    assert carried is not None
    assert carried.is_recent is is_recent


@pytest.mark.django_db
def test_beginning_again_later_keeps_what_was_proved_since() -> None:
    held = session(auth_time=clock.now(), expires_at=clock.now() + dt.timedelta(days=1))
    begin_login(requirement=wish(), browser=HERE, session=held)
    state = open_login(uid="u" * 32, browser=HERE)
    logins.put("u" * 32, state.with_facts(state.facts.learning(recovered=True)))
    held.auth_time -= dt.timedelta(seconds=FRESH_SECONDS + 1)
    begin_login(requirement=wish(), browser=HERE, session=held)
    assert open_login(uid="u" * 32, browser=HERE).facts.recovered


@pytest.mark.django_db
def test_beginning_again_takes_up_what_the_session_proved_since() -> None:
    def begun(login_uid: str) -> Facts:
        held = session(auth_time=clock.now(), expires_at=clock.now() + dt.timedelta(days=1), login_uid=login_uid)
        begin_login(requirement=wish(), browser=HERE, session=held)
        return open_login(uid="u" * 32, browser=HERE).facts

    first, again = begun("l" * 32), begun("m" * 32)
    assert first.carried is not None
    assert again.carried is not None
    assert (first.carried.login_uid, again.carried.login_uid) == ("l" * 32, "m" * 32)
