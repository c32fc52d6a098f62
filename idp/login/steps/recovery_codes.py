"""The recovery codes that came with a new factor: shown now and never again, until the person says they are kept."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage


class KeptForm(Schema):
    """A button and nothing else."""


def show(state: LoginState) -> StepPage:
    """The codes."""
    return StepPage(
        template="login/recovery_codes.html",
        title=_("Keep your recovery codes"),
        heading=_("Keep your recovery codes"),
        values={},
        parts={"codes": state.facts.new_codes},
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """They are kept. Raises `InvalidInput`."""
    parsed(data, KeptForm)
    return state.facts.learning(new_codes=())
