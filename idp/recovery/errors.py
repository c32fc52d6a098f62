"""What can go wrong for somebody who forgot their password, each with its sentence."""

import math

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from idp.core.errors import Action, Expired, RateLimited

# The page that asks for another message, wherever the person stands.
ASK_AGAIN: Action = Action(label=_("Ask for a new message"), url="/login?next=/account&forgotten=1&fresh=1")


class RecoveryOver(Expired):
    """Used, replaced, too old, or the account is another than it was: one sentence for all of them."""

    code = "recovery_over"
    sentence = _(
        "This link is no longer good: it was used, replaced by a newer one, or is more than half an hour old. "
        "Please ask for a new one."
    )
    action = ASK_AGAIN


class AskedTooSoon(RateLimited):
    """Asked for this address a moment ago, or too often, whether or not anybody has it; says when to ask again."""

    code = "recovery_too_soon"

    def __init__(self, *, wait: float) -> None:
        """Name the wait in seconds; it is told in minutes."""
        minutes = max(1, math.ceil(wait / 60))
        told = ngettext(
            "You asked for this a short while ago. A message can take a minute to arrive. "
            "Please wait %(count)d minute before you ask for another.",
            "A message was asked for several times already. Please look for the newest one, "
            "or wait %(count)d minutes before you ask for another.",
            minutes,
        )
        super().__init__(told % {"count": minutes}, detail=f"next message in {wait:.0f} s", retry_after=max(1, math.ceil(wait)))
