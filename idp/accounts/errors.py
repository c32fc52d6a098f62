"""What can go wrong with accounts, each with the sentence its caller reads."""

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable


class AccountExists(Conflict):
    """The e-mail or phone number belongs to an account already; `fields` says which."""

    code = "account_exists"
    sentence = _("An account with this email or phone number already exists.")


class NoSuchAccount(NotFound):
    """There is no account with this id."""

    code = "no_such_account"
    sentence = _("There is no such account.")


class AccountClosing(Forbidden):
    """The owner asked for the account's deletion: no application gets anything until they keep it."""

    code = "account_closing"
    sentence = _(
        "You asked us to delete this account, so it signs you in to no application. You can still keep it, on your privacy page."
    )


class PasswordRefused(InvalidInput):
    """A password that cannot be stored."""

    code = "password_refused"
    sentence = _("This password cannot be used. Please choose another one.")


class NotHashed(Unavailable):
    """A password hash was not computed: nothing was found out about the password, and nobody may be let in or counted."""


class HashingBusy(NotHashed):
    """More passwords to check than this process takes on at once; nothing was checked."""

    code = "sign_in_busy"
    sentence = _("Many people are signing in right now. Please wait a few seconds and try again.")


class HashingUnavailable(NotHashed):
    """The hashing process died, hangs, or has no memory for this hash."""

    code = "sign_in_unavailable"
    sentence = _("We cannot check passwords right now. Please wait a few seconds and try again.")
