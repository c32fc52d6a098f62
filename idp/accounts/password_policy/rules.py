"""The rules for a new password in their order, cheap ones first: whatever is absurd is refused before anything is computed."""

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from pydantic import SecretStr

from idp.accounts.errors import PasswordRefused
from idp.accounts.password_policy.blocklist import is_about_them, is_common
from idp.accounts.password_policy.breached import is_breached
from idp.accounts.password_policy.strength import GOOD_ENOUGH, score_of
from idp.accounts.services.passwords import is_hashable
from idp.core.errors import Text
from idp.core.specs import implements

Complaint = Text | None


@implements("NIST SP 800-63B-4", "3.1.1.2")
def require_acceptable(*, password: SecretStr, words: Collection[str] = (), field: str = "password") -> None:
    """Let a new password pass or say what is wrong with it. `words` are the person's own: addresses, names.

    May ask another service, so call it outside transactions. Raises PasswordRefused.
    """
    complaint = complaint_about(password, words)
    if complaint is not None:
        raise PasswordRefused(fields={field: [complaint]})


def complaint_about(password: SecretStr, words: Collection[str] = (), *, asks_others: bool = True) -> Complaint:
    """What is wrong with it first, or None; `asks_others` is for the moment it is set, not for every key that is pressed."""
    raw = password.get_secret_value()
    rules = (_length, _known, _theirs, *((_leaked,) if asks_others else ()), _guessable)
    return next((complaint for rule in rules if (complaint := rule(raw, words)) is not None), None)


@implements("OWASP ASVS 5.0", "6.2.1")
def _length(raw: str, _words: Collection[str]) -> Complaint:
    """Counted in characters of Unicode, never trimmed; the upper end bounds what hashing costs."""
    if not raw:
        return _("Please enter a password.")
    if not is_hashable(SecretStr(raw)):
        return _("This password is too long.")
    least: int = settings.IDP_PASSWORD_MIN_LENGTH
    if len(raw) >= least:
        return None
    sentence = ngettext(
        "Please use at least %(count)d character. Several words that mean something to you alone are easy to remember.",
        "Please use at least %(count)d characters. Several words that mean something to you alone are easy to remember.",
        least,
    )
    return sentence % {"count": least}


def _known(raw: str, _words: Collection[str]) -> Complaint:
    if not is_common(raw):
        return None
    return _("Many people use this password, so it is tried first by attackers. Please choose another one.")


def _theirs(raw: str, words: Collection[str]) -> Complaint:
    if not is_about_them(raw, words):
        return None
    return _("This password is mostly your name, your address or ours. Please choose one that says nothing about you.")


def _leaked(raw: str, _words: Collection[str]) -> Complaint:
    if not is_breached(raw):
        return None
    return _("This password became public in a data breach elsewhere. Please choose another one.")


def _guessable(raw: str, words: Collection[str]) -> Complaint:
    if score_of(raw, words) >= GOOD_ENOUGH:
        return None
    return _("This password is easily guessed. Please make it longer, for example with another word or two.")
