"""What a sign-in page says to whoever came back from another service and has to prove an account here first."""

from django.utils.translation import gettext as _

from idp.login.requirement import LoginRequirement
from idp.login.state import LoginState


def link_hint(state: LoginState) -> str:
    """The same whether or not there is an account with the address that the service told."""
    if state.link is None:
        return ""
    told = _(
        "%(provider)s is not connected to an account here yet. Sign in to your account once, or create one: "
        "if it has the same email address, %(provider)s signs you in from then on."
    )
    return told % {"provider": state.link.label}


def may_sign_in_elsewhere(requirement: LoginRequirement) -> bool:
    """Not where a proof is wanted that was made just now: another service cannot be told to ask its person anew."""
    return not (requirement.anew or requirement.strongest or requirement.step_up)
