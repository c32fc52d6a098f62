"""The order of a sign-in, as one table: what is missing decides the page. Pure, so every combination can be tested.

Steps never call each other. After each of them this table is read again from the top; the first line that matches wins.
"""

from collections.abc import Callable

from idp.login.acr import meets, reached_acr
from idp.login.requirement import LoginRequirement
from idp.login.state import Facts
from idp.login.types import StepName


def _nobody_named(requirement: LoginRequirement, facts: Facts) -> bool:
    return not facts.identifier


def _not_proved(requirement: LoginRequirement, facts: Facts) -> bool:
    # Proofs without a person are no proof: whatever is in doubt asks again.
    reached = reached_acr(facts.proofs)
    return facts.user_id is None or not meets(reached=reached, required=requirement.acr)


_TABLE: tuple[tuple[Callable[[LoginRequirement, Facts], bool], StepName], ...] = (
    (_nobody_named, StepName.IDENTIFIER),
    (_not_proved, StepName.PASSWORD),
)


def next_step(requirement: LoginRequirement, facts: Facts) -> StepName:
    """The page that adds what is missing first; COMPLETE when nothing is."""
    return next((step for is_missing, step in _TABLE if is_missing(requirement, facts)), StepName.COMPLETE)
