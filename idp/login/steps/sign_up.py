"""Make an account: address, names, what kind of account, and a password, or the wish to sign in by a passkey instead. Nothing is
stored in SQL until the address is proven.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field, SecretStr

from idp.accounts.services.change_password import prepared_password
from idp.core.api_ingress import parsed
from idp.core.ids import new_id
from idp.core.specs import implements
from idp.core.types import CleanText
from idp.login.addresses import restart_path, step_path
from idp.login.services.sign_up import send_address_code
from idp.login.state import Facts, LoginState, Newcomer
from idp.login.steps.identifier import IdentifierForm
from idp.login.steps.page import StepPage
from idp.login.types import StepName
from idp.login.upstream_hint import link_hint
from idp.mfa.webauthn.models import new_handle
from idp.mfa.webauthn.types import FirstPasskey


def _named(text: str) -> str:
    """Raises ValueError."""
    if not text:
        raise ValueError(_("Please enter your name."))
    return text


Named = Annotated[CleanText, Field(max_length=100), AfterValidator(_named)]


class SignUpForm(IdentifierForm):
    """The fields of this page. Nobody gives themselves a role that works for the platform."""

    given_name: Named
    family_name: Named
    role: Literal["client", "vendor"]
    password: SecretStr = SecretStr("")
    # The second button, which a script shows where there are passkeys.
    passkey: Literal["", "1"] = ""


def show(state: LoginState) -> StepPage:
    """The fields, and the way for whoever has an account."""
    return StepPage(
        template="login/sign_up.html",
        title=_("Create an account"),
        heading=_("Create an account"),
        values={"username": state.facts.identifier or state.requirement.login_hint, "role": "client", **_told(state)},
        links={"sign_in_url": _sign_in_path(state)},
        hint=link_hint(state),
        echoed=("username", "given_name", "family_name", "role"),
    )


def _told(state: LoginState) -> dict[str, str]:
    """What another service told of them, to be corrected: none of it is believed."""
    link = state.link
    return {} if link is None else {"username": link.email, "given_name": link.given_name, "family_name": link.family_name}


def _sign_in_path(state: LoginState) -> str:
    """Whoever shall be linked stays so on the first page."""
    uid = state.requirement.uid
    return restart_path(uid) if state.link is None else step_path(uid, StepName.IDENTIFIER)


@implements("OWASP ASVS 5.0", "6.2.1")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """Somebody new, and a message to the address. Raises `InvalidInput`, `PasswordRefused`, `NotHashed`, `CodeTooSoon`."""
    form = parsed(data, SignUpForm)
    newcomer = Newcomer(role=form.role, given_name=form.given_name, family_name=form.family_name)
    if form.passkey:
        more: dict[str, object] = {"passkey": FirstPasskey(person=new_id(), handle=new_handle())}
    else:
        # Hashed whether or not the address is free: the time says nothing.
        words = (form.username, form.given_name, form.family_name)
        more = {"password": prepared_password(password=form.password, words=words)}
    send_address_code(state=state, identifier=form.username)
    return Facts(identifier=form.username, newcomer=newcomer.model_copy(update=more))
