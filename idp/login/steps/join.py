"""Somebody whom another service knows, with an address that it verified and that has no account here: an account, if they wish.

The consent of this page is pressing its button; before that nothing of them is stored. Name and kind of account are theirs to
choose, the address is the one that was verified.
"""

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import gettext as _

from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.addresses import restart_path
from idp.login.services.open_upstream import open_with_upstream
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.sign_up import Named


class JoinForm(Schema):
    """The fields of this page. Nobody gives themselves a role that works for the platform."""

    given_name: Named
    family_name: Named
    role: Literal["client", "vendor"]


def show(state: LoginState) -> StepPage:
    """What the service told, to be corrected."""
    known = state.facts.upstream
    assert known is not None
    return StepPage(
        template="login/join.html",
        title=_("Create an account"),
        heading=_("Create an account"),
        values={"given_name": known.given_name, "family_name": known.family_name, "role": "client"},
        links={"restart_url": restart_path(state.requirement.uid)},
        parts={"known": {"provider": known.label, "email": known.email}},
        echoed=("given_name", "family_name", "role"),
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The account is there, and they are known. Raises `InvalidInput`, `AddressTaken`."""
    form = parsed(data, JoinForm)
    return open_with_upstream(state=state, given_name=form.given_name, family_name=form.family_name, role=form.role)
