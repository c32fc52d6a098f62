"""Step 2: the password of whoever was named in step 1.

Unknown, disabled and wrong are one answer, and each costs one hash (`accounts` sees to that).
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, SecretStr

from idp.accounts.selectors import password_mark
from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.addresses import forgotten_path, passkey_anew_path, restart_path
from idp.login.services.prove_owner import send_first_code
from idp.login.services.prove_password import prove_password
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.types import Proof
from idp.login.upstream_hint import link_hint

_CHANGED = _("Your password is changed, and every device was signed out. Please sign in with the new one.")


def _given(password: SecretStr) -> SecretStr:
    """Not cleaned: a password is compared as received (NIST SP 800-63B-4 §3.1.1.2). Raises ValueError."""
    if not password.get_secret_value():
        raise ValueError(_("Please enter your password."))
    return password


class PasswordForm(Schema):
    """The field of this page, and one nobody sees."""

    password: Annotated[SecretStr, AfterValidator(_given)]
    # Set by the page's script where the browser can make a passkey by itself.
    upgrade: Literal["", "1"] = ""


def show(state: LoginState) -> StepPage:
    """Whose password is asked for, and the way out when that is somebody else."""
    return StepPage(
        template="login/password.html",
        title=_("Enter your password"),
        heading=_("Enter your password"),
        values={"username": state.facts.identifier},
        links={
            "restart_url": restart_path(state.requirement.uid),
            "passkey_url": passkey_anew_path(state.requirement.uid),
            "forgotten_url": forgotten_path(state.requirement.uid),
        },
        news=_CHANGED if state.facts.recovery_done else "",
        hint=link_hint(state),
    )


def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The person is known by password. Raises `InvalidInput`, `CredentialsRefused`, and for an unproven address `CodeTooSoon`."""
    form = parsed(data, PasswordForm)
    user = prove_password(identifier=state.facts.identifier, password=form.password, browser=state.browser)
    facts = Facts(
        identifier=state.facts.identifier,
        user_id=user.pk,
        proofs=(Proof.PWD,),
        password_mark=password_mark(user),
        may_upgrade=form.upgrade == "1",
    )
    send_first_code(state=state.with_facts(facts), user=user)
    return facts
