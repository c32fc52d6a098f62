"""What staff may do to one row: a name, the words of its question, and the service that does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from idp.accounts.roles import Role
from idp.core.auth_context import AuthContext
from idp.core.errors import Text

SUPER_ADMINISTRATORS = frozenset({Role.SUPER_ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The sign-in of who pressed the button, and what they answered: `reason` as typed, empty where the act asks for none."""

    actor: AuthContext
    reason: str = ""
    # What was picked of the act's options; "" where there are none.
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One button on the page of a row. `done` is the sentence read afterwards, when the row is as the act leaves it."""

    name: str
    label: Text
    question: Text
    done: Text
    applies: Callable[[Any], bool]
    # Whether the row is as the act leaves it, where that is not simply that it no longer applies.
    leaves: Callable[[Any], bool] | None = None
    # Takes the row and who asks; calls one service. Raises what the service raises.
    run: Callable[[Any, Asked], object]
    # Who may do it; the service may ask for more.
    roles: frozenset[Role] = SUPER_ADMINISTRATORS
    # Whether its question wants a reason in words; the service judges it, and refuses with an error of the field `reason`.
    asks_reason: bool = False
    # What its question lets one pick, as value and label, for this row.
    options: Callable[[Any], Sequence[tuple[str, Text]]] | None = None
    options_label: Text = ""
    # Whether what it returns, labels and texts, is shown at once and nowhere else.
    shows_outcome: bool = False

    def is_done(self, row: Any) -> bool:  # noqa: ANN401 - a row of whichever table
        """Whether `done` is true of this row."""
        return self.leaves(row) if self.leaves else not self.applies(row)


def asked_by(actor: AuthContext, *, act: Act, form: Mapping[str, str]) -> Asked:
    """What the question of this act was answered with; nothing else of the form is read."""
    reason = form.get("reason", "") if act.asks_reason else ""
    return Asked(actor=actor, reason=reason, option=form.get("option", "") if act.options else "")
