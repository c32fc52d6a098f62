"""What can go wrong with a factor, alike for all of them: each with a sentence and, where there is one, the way on."""

from django.utils.translation import gettext_lazy as _

from idp.core.errors import AuthenticationFailed, Conflict, Forbidden, InvalidInput, NotFound


class FactorRefused(AuthenticationFailed):
    """The factor was shown and does not prove anything: wrong, too old, or used before. One sentence for all of them."""

    code = "factor_refused"
    sentence = _("That code is not right or was already used. Please enter a new one.")


class NoSuchFactor(NotFound):
    """The person has no factor of this id."""

    code = "no_such_factor"
    sentence = _("This sign-in method does not exist any more. Please reload the page.")


class EnrolmentExpired(InvalidInput):
    """The enrolment ran out, was confirmed already, or a newer one took its place."""

    code = "enrolment_expired"
    sentence = _("This set-up has expired or was replaced by a newer one. Please start it again.")


class TooManyFactors(Conflict):
    """As many of this kind as one person may have."""

    code = "too_many_factors"
    sentence = _("You have as many of these as one account may have. Please remove one first.")


class NothingToReset(Conflict):
    """The account is disabled, or has nothing that could be taken away."""

    code = "nothing_to_reset"
    sentence = _("This account is disabled or has no second factor, so there is nothing to reset.")


class ReasonRefused(InvalidInput):
    """An act of staff without a reason, or with one that the audit trail would cut."""

    code = "reason_refused"
    sentence = _("Please say why in a few words, at most 200 characters: it stands in the audit trail.")


class NotStaff(Forbidden):
    """Whoever is named as the one who resets is no enabled account of staff."""

    code = "not_staff"
    sentence = _("Whoever resets must be a member of staff with an enabled account. Please check who you named.")
