"""A new password for whoever showed a recovery key. It signs nobody in: the next page asks for it, then for a second factor."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from idp.core.api_ingress import parsed
from idp.core.errors import Action
from idp.core.specs import implements
from idp.core.types import Schema
from idp.login.addresses import forgotten_path
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.recovery.errors import RecoveryOver
from idp.recovery.services.recover import pending_recovery, recover

PASSKEY_VOID = _(
    "Your address is confirmed, and the account is yours. What was set up on it before that does not count any more, and your "
    "passkey is part of it. Please choose a password now; afterwards you can add a passkey again."
)


class NewPasswordForm(Schema):
    """The one field of this page. Not cleaned: a password is compared as received."""

    password: SecretStr


def show(state: LoginState) -> StepPage:
    """Whose password it is. Raises `RecoveryOver`, with the way to another message in this very sign-in."""
    try:
        pending = pending_recovery(key=state.facts.recovery_key)
    except RecoveryOver as over:
        again = Action(label=_("Ask for a new message"), url=f"{forgotten_path(state.requirement.uid)}?restart=1")
        raise RecoveryOver(detail=over.detail, action=again) from over
    return StepPage(
        template="login/new_password.html",
        title=_("Choose a new password"),
        heading=_("Choose a new password"),
        values={"username": pending.name},
        hint=PASSKEY_VOID if state.facts.passkey_void else "",
    )


@implements("OWASP ASVS 5.0", "6.4.3")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The password is stored. Raises `InvalidInput`, `PasswordRefused`, `NotHashed`, `RecoveryOver`."""
    form = parsed(data, NewPasswordForm)
    # As the page is: a key that is over is said with the way on.
    show(state)
    recover(key=state.facts.recovery_key, password=form.password)
    return Facts(identifier=state.facts.identifier, recovery_done=True)
