"""A passkey: after the password as the second factor, or from the first page on instead of name and password.

Instead of a password the device must check that it is its owner; after one it is asked to, and what it says shows in `amr`.
"""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.accounts.selectors import password_mark, sign_in_name
from idp.core.specs import implements
from idp.login.acr import PHISHING_RESISTANT
from idp.login.addresses import restart_path
from idp.login.orchestrator import required_acr
from idp.login.services.prove_owner import send_first_code
from idp.login.services.prove_passkey import proofs_of, prove_passkey
from idp.login.state import Facts, LoginState
from idp.login.steps.page import StepPage
from idp.login.steps.passkey_form import answer_in, place_of
from idp.login.steps.remember_wish import remember_parts, wish_in
from idp.login.steps.ways import open_ways
from idp.login.types import StepName
from idp.mfa.webauthn.origins import rp_id
from idp.mfa.webauthn.services.show import showing_options


def show(state: LoginState) -> StepPage:
    """The button, and every other way that is open."""
    is_known = state.facts.user_id is not None
    others = (StepName.AUTHENTICATOR_APP, StepName.RECOVERY_CODE, StepName.SET_UP_PASSKEY, StepName.PASSWORD)
    ways = open_ways(state, *others) if is_known else {}
    return StepPage(
        template="login/passkey.html",
        title=_("Use your passkey"),
        heading=_("Use your passkey"),
        values={"username": state.facts.identifier if is_known else ""},
        links={**ways, "restart_url": restart_path(state.requirement.uid)},
        parts={**passkey_parts(state), **remember_parts(state)},
    )


def passkey_parts(state: LoginState) -> dict[str, object]:
    """What the page's script asks the browser."""
    options = showing_options(user_id=state.facts.user_id, place=place_of(state), must_verify=_must_verify(state))
    return {"passkey_options": json.dumps(options), "passkey_rp": rp_id()}


@implements("WebAuthn L3", "7.2")
def submit(state: LoginState, data: Mapping[str, str]) -> Facts:
    """The passkey is theirs; nobody being known, it says who they are. Raises `InvalidInput`, `PasskeyRefused`, `CodeTooSoon`."""
    facts = state.facts
    wish, rest = wish_in(data)
    proven = prove_passkey(user_id=facts.user_id, place=place_of(state), answer=answer_in(rest), must_verify=_must_verify(state))
    key = proven.passkey
    if facts.user_id is None:
        # Whoever was named before, the passkey has the last word.
        facts = Facts(identifier=sign_in_name(key.user), user_id=key.user_id, password_mark=password_mark(key.user))
        send_first_code(state=state.with_facts(facts), user=key.user)
    elif facts.carried is not None and proven.user_verified:
        # Enough by itself: nothing older is needed, and nothing of it makes this sign-in seem older.
        facts = facts.learning(proofs=(), factors=(), carried=None)
    return facts.learning(proofs=(*facts.proofs, *proofs_of(proven)), factors=(*facts.factors, key.pk), remember=wish)


def _must_verify(state: LoginState) -> bool:
    facts = state.facts
    return facts.user_id is None or required_acr(state.requirement, state.standing) == PHISHING_RESISTANT
