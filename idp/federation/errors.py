"""What can go wrong on the way to another service and back, each with a sentence and the way on."""

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Action, Expired, Forbidden, Text, Unavailable
from idp.login.addresses import ENTRANCE, restart_path


class JourneyOver(Expired):
    """A way back that nobody is waiting for: used already, too old, of another service, or never begun here."""

    code = "federation_over"
    sentence = _("This answer of the other service was used already or has expired. Please start the sign-in again.")
    action = Action(label=_("Sign in"), url=ENTRANCE)


class UpstreamDenied(Forbidden):
    """The person, or the service, said no."""

    code = "federation_denied"
    sentence = _("The other service did not tell us who you are, so nothing was changed. You can sign in another way.")


class UpstreamNotBelieved(Forbidden):
    """The answer is not what was asked for, not from whom it was asked, or not about us; `detail` says which."""

    code = "federation_not_believed"
    sentence = _(
        "We could not make sure that the answer of the other service is genuine, so nobody was signed in. "
        "Please try again, or sign in another way."
    )


class UpstreamDown(Unavailable):
    """It does not answer, or not in a way that can be read."""

    code = "federation_unavailable"
    sentence = _("The other service does not answer right now. Please try again in a moment, or sign in another way.")


Returned = UpstreamDenied | UpstreamNotBelieved | UpstreamDown

_ANOTHER_WAY: Text = _("Sign in another way")


def with_way_on(error: Returned, *, uid: str) -> Returned:
    """The same, leading back to the first page of the sign-in that it was about."""
    error.action = Action(label=_ANOTHER_WAY, url=restart_path(uid))
    return error
