"""What staff may do to one row: a name, the words of its question, and the service that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idp.accounts.models import User
from idp.core.errors import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who pressed the button, and what they answered: `reason` is as typed, and empty where the act asks for none."""

    member: User
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One button on the page of a row. `done` is the sentence read afterwards, when the act no longer `applies`."""

    name: str
    label: Text
    question: Text
    done: Text
    applies: Callable[[Any], bool]
    # Takes the row and who asks; calls one service. Raises what the service raises.
    run: Callable[[Any, Asked], object]
    # Whether its question wants a reason in words; the service judges it, and refuses with an error of the field `reason`.
    asks_reason: bool = False
