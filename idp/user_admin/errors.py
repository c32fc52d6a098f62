"""Why an act of staff is refused, each with the sentence the member of staff reads."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Action, Conflict, Forbidden, NotFound, StepUpRequired
from idp.login.addresses import ENTRANCE


class NotAdministrator(Forbidden):
    """Staff of another role, or an account that was disabled or is no staff any more."""

    code = "not_administrator"
    sentence = _("Your role may look at people's accounts, but not change them. Please ask an administrator to do it.")


class FreshProofNeeded(StepUpRequired):
    """The sign-in is more than ten minutes old, weaker than the factors this member has, or over."""

    sentence = _("To act on other people's accounts, please sign in again first. After that you have ten minutes.")
    action = Action(label=_("Sign in again"), url=f"{ENTRANCE}?{urlencode({'next': '/account', 'fresh': 1})}")


class OwnAccount(Conflict):
    """An act that would lock its own author out, or raise them."""

    code = "own_account"
    sentence = _("This is your own account. Please ask another administrator to do this.")


class Outranked(Forbidden):
    """The account's role is above that of whoever acts."""

    code = "outranked"
    sentence = _("This account's role is above yours, so you cannot act on it. Please ask a super administrator to do it.")


class RoleAboveYours(Forbidden):
    """The role to be given is above that of whoever gives it."""

    code = "role_above_yours"
    sentence = _("You cannot give anybody a role above your own. Please ask a super administrator to do it.")


class NoSuchAddress(Conflict):
    """The account has no address of that kind."""

    code = "no_such_address"
    sentence = _("This account has no address of that kind, so there is nothing to confirm.")


class NowhereToWrite(Conflict):
    """Without a confirmed address nobody could choose a new password."""

    code = "nowhere_to_write"
    sentence = _("This account is suspended or has no confirmed address, so its owner could not choose a new password.")


class NoSuchSession(NotFound):
    """The account has no open session of that id."""

    code = "no_such_session"
    sentence = _("This account has no open session of that kind. Please look at its sessions again.")
