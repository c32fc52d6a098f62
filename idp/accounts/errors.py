"""What can go wrong with accounts, each with the sentence its caller reads."""

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Conflict, InvalidInput, NotFound, Unavailable


class AccountExists(Conflict):
    """The e-mail or phone number belongs to an account already; `fields` says which."""

    code = "account_exists"
    sentence = _("An account with this email or phone number already exists.")


class NoSuchAccount(NotFound):
    """There is no account with this id."""

    code = "no_such_account"
    sentence = _("There is no such account.")


class PasswordRefused(InvalidInput):
    """A password that cannot be stored."""

    code = "password_refused"
    sentence = _("This password cannot be used. Please choose another one.")


class HashingBusy(Unavailable):
    """More passwords to check than this process takes on at once; nothing was checked."""

    code = "sign_in_busy"
    sentence = _("Many people are signing in right now. Please wait a few seconds and try again.")
