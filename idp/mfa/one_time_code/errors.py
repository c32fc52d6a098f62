"""What can go wrong with a one-time code, each with its sentence."""

import math

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from idp.core.errors import RateLimited
from idp.mfa.errors import FactorRefused


class CodeRefused(FactorRefused):
    """Wrong, expired, used, replaced or tried too often: one sentence for all of them."""

    code = "code_refused"
    sentence = _("That code is not right, or no longer valid. Please check the newest message, or ask for a new code.")


class CodeTooSoon(RateLimited):
    """A code was sent a moment ago, or too many were sent to this address; says when the next one may be."""

    code = "code_too_soon"

    def __init__(self, *, wait: float) -> None:
        """Name the wait in seconds; it is told in minutes."""
        minutes = max(1, math.ceil(wait / 60))
        told = ngettext(
            "A code was sent a short while ago. Please wait %(count)d minute before you ask for another.",
            "Several codes were sent already. Please wait %(count)d minutes before you ask for another.",
            minutes,
        )
        super().__init__(told % {"count": minutes}, detail=f"next code in {wait:.0f} s", retry_after=max(1, math.ceil(wait)))
