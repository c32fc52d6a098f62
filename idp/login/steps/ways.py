"""The links from a step to the other ways of giving what it asks for."""

from idp.login.addresses import step_path
from idp.login.orchestrator import open_steps
from idp.login.state import LoginState
from idp.login.types import StepName


def open_ways(state: LoginState, *among: StepName) -> dict[str, str]:
    """Addresses under the names that templates use; of ways that are open only: a link to a closed one would lead back."""
    steps = open_steps(state.requirement, state.facts, state.standing)
    return {f"{way.replace('-', '_')}_url": step_path(state.requirement.uid, way) for way in among if way in steps}
