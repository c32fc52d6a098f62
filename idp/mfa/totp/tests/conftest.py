"""An enrolled authenticator app, its clock in the test's hand."""

from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
import time_machine

from idp.accounts.models import User
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment

# The middle of a time step, so that a second more or less changes nothing.
START = 1_800_000_015
Enrolled = Callable[..., TotpAuthenticator]
MakeUser = Callable[..., User]
# What time-machine hands out: `move_to`, `shift`.
Clock = Any


def code_of(authenticator: TotpAuthenticator, at: int) -> str:
    """What the app shows at this moment (seconds since 1970)."""
    return pyotp.TOTP(str(authenticator.secret)).at(at)


@pytest.fixture
def at_start() -> Iterator[Clock]:
    """The clock stands at `START` and is moved by the test."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def enrol(at_start: Clock) -> Enrolled:
    """Enrol and confirm an app for somebody, a minute before `START`."""

    def enrolled(user: User, name: str = "Phone") -> TotpAuthenticator:
        at_start.move_to(START - 60)
        begun = begin_enrolment(user_id=user.pk, name=name)
        confirmed = confirm_enrolment(user_id=user.pk, authenticator_id=begun.pk, code=code_of(begun, START - 60))
        at_start.move_to(START)
        return confirmed

    return enrolled
