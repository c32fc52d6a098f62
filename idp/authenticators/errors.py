"""What can go wrong for somebody who manages their own factors."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Action, AuthenticationFailed, Conflict, StepUpRequired
from idp.login.addresses import ENTRANCE

PAGE = "/account/security"
SIGN_IN_AGAIN = f"{ENTRANCE}?{urlencode({'next': PAGE, 'fresh': 1})}"


class ProofTooOld(StepUpRequired):
    """The sign-in is too long ago, or was weaker than the factors this person has."""

    sentence = _("To change how you sign in, please sign in again first. After that you have ten minutes for your changes.")
    action = Action(label=_("Sign in again"), url=SIGN_IN_AGAIN)


class SessionOver(AuthenticationFailed):
    """The session ended while the change was on its way: another one of this person changed the factors, or signed out."""

    sentence = _("You were signed out in the meantime, so nothing was changed. Please sign in again.")


class LastFactor(Conflict):
    """The only second factor of somebody whose role must have one."""

    code = "last_factor"
    sentence = _(
        "Your account must have a second step, and this is the only one. Please add another one first, then remove this one."
    )


class LastWayIn(Conflict):
    """The only thing that signs this person in."""

    code = "last_way_in"
    sentence = _("This is the only way in to your account. Please add a passkey or choose a password first, then disconnect it.")


class NothingToRecover(Conflict):
    """Recovery codes for somebody without a second factor."""

    code = "nothing_to_recover"
    sentence = _("Recovery codes stand in for a lost passkey or authenticator app, and you have none. Please add one first.")
