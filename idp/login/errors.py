"""What can go wrong on the way through a sign-in, each with a sentence and the way on."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from idp.core.errors import Action, AuthenticationFailed, Expired, Forbidden, RateLimited
from idp.recovery.errors import ASK_AGAIN

# The start page, because what the person was signing in to is not known any more, or not theirs to know.
_START: Action = Action(label=_("Go to the start page"), url="/")

_TOLD_IN_SECONDS = 90


class LoginExpired(Expired):
    """The sign-in ran out, was finished, or never was; which of them is nobody's business."""

    code = "login_expired"
    sentence = _("This sign-in page has expired or was used already. Please go back to the application and sign in again.")
    action = _START


class WrongBrowser(Forbidden):
    """The address of a sign-in was opened in a browser that did not start it (RFC 9700 §4.7)."""

    code = "wrong_browser"
    sentence = _(
        "This sign-in was started in another browser, or this browser does not keep cookies. "
        "Please go back to the application in this browser, allow cookies, and sign in again."
    )
    action = _START


class CredentialsRefused(AuthenticationFailed):
    """Unknown, disabled or wrong: one sentence for all, so that nobody learns which accounts exist."""

    code = "credentials_refused"
    sentence = _("That e-mail, phone number or password is not right. Please check them and try again.")


class AccountShut(Forbidden):
    """The account of whoever another service knows is disabled; only its owner gets so far, and may know."""

    code = "account_shut"
    sentence = _("Your account cannot be used to sign in at the moment. Please contact our support.")
    action = _START


class TooManyAttempts(RateLimited):
    """The identifier was tried too often, whoever has it and whether or not anybody does; the sentence says until when."""

    code = "too_many_attempts"

    def __init__(self, *, wait: int) -> None:
        """Name the wait in seconds; a long one is told in minutes."""
        minutes = -(-wait // 60)
        told = (
            ngettext("%(count)d second", "%(count)d seconds", wait) % {"count": wait}
            if wait <= _TOLD_IN_SECONDS
            else ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        )
        sentence = _("There were too many attempts to sign in. Please wait %(wait)s and then try again.")
        super().__init__(sentence % {"wait": told}, detail=f"next attempt in {wait} s", retry_after=wait)


class AddressTaken(AuthenticationFailed):
    """The address was proven, but an account was made with it a moment before."""

    code = "address_taken"
    sentence = _("An account with this address was created a moment ago. Please go back and sign in with it.")


class NoticeOver(Expired):
    """The link of a notice was used, is too old, or never was; which of them, and whose it was, is nobody's business."""

    code = "notice_over"
    sentence = _(
        "This link is no longer good: it was used already or is more than a week old. "
        "If somebody else may be in your account, choose a new password: that signs out every device."
    )
    action = Action(label=_("Choose a new password"), url=ASK_AGAIN.url)
