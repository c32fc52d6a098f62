"""The bound on password hashes: nobody over it is checked, and everybody is told when to come back."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from idp.accounts.errors import HashingBusy
from idp.accounts.hashing_slots import HashingSlots, slots
from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import authenticate_user
from idp.accounts.tests.conftest import Hashes
from idp.conftest import PASSWORD


def test_the_line_takes_so_many_and_no_more() -> None:
    bound = HashingSlots(running=1, waiting=2, patience=0)
    with bound.line(), bound.line(), bound.line():
        with pytest.raises(HashingBusy) as refused, bound.line():
            pytest.fail("a fourth was let in")
        assert refused.value.retry_after
    with bound.line(), bound.line(), bound.line():
        pass


def test_a_slot_is_waited_for_and_then_given_up() -> None:
    bound = HashingSlots(running=1, waiting=2, patience=0)
    with bound.one(), pytest.raises(HashingBusy), bound.one():
        pytest.fail("two at once")
    with bound.one():
        pass


def test_a_failure_gives_its_slot_back() -> None:
    bound = HashingSlots(running=1, waiting=0, patience=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), bound.line(), bound.one():
            raise ZeroDivisionError
    with bound.line(), bound.one():
        pass


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
@pytest.mark.parametrize("identifier", ["ada@example.com", "unknown@example.com"])
def test_over_the_bound_nothing_is_hashed_whoever_was_named(
    make_user: Callable[..., User], hashes: Hashes, identifier: str
) -> None:
    make_user(email="ada@example.com")
    hashes.count = 0
    with ExitStack() as held:
        while _is_taken(held):
            pass
        with pytest.raises(HashingBusy):
            authenticate_user(credentials=Credentials(identifier=identifier, password=SecretStr(PASSWORD)))
    assert hashes.count == 0
    authenticate_user(credentials=Credentials(identifier=identifier, password=SecretStr(PASSWORD)))
    assert hashes.count == 1


def _is_taken(held: ExitStack) -> bool:
    """Take one more place in the line of this process; False when there is none."""
    try:
        held.enter_context(slots.line())
    except HashingBusy:
        return False
    return True
