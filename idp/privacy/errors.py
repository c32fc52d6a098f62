"""What can go wrong at the privacy desk, each with the sentence its caller reads."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Action, Conflict, RateLimited, StepUpRequired
from idp.login.addresses import ENTRANCE

PAGE = "/account/privacy"
SIGN_IN_AGAIN = f"{ENTRANCE}?{urlencode({'next': PAGE, 'fresh': 1})}"


class ConfirmFirst(StepUpRequired):
    """The sign-in is too long ago, or was weaker than the factors this person has."""

    sentence = _("To take your data along or delete your account, please sign in again first. After that you have ten minutes.")
    action = Action(label=_("Sign in again"), url=SIGN_IN_AGAIN)


class TooManyExports(RateLimited):
    """The data was taken along often enough for a day."""

    code = "too_many_exports"
    sentence = _("You have downloaded your data three times within a day. Please try again tomorrow.")


class AlreadyClosing(Conflict):
    """The deletion was asked for before."""

    code = "already_closing"
    sentence = _("The deletion of this account was asked for already. The day it happens stands on this page.")


class NotClosing(Conflict):
    """There is no deletion to take back."""

    code = "not_closing"
    sentence = _("This account is not going to be deleted, so there is nothing to take back.")


class TextChanged(Conflict):
    """Consent to words that are not the present ones."""

    code = "text_changed"
    sentence = _("The text has changed since you read it. Please reload the page, read it again and decide then.")


class UseRestricted(Conflict):
    """News for somebody whose data may not be used."""

    code = "use_restricted"
    sentence = _("You have restricted the use of your data, so we may send you no news. Please lift the restriction first.")
