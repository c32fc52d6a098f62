"""`POST /password-strength`: how good a password would be, while somebody types it on a page that sets one.

Scoring on the server keeps 400 kB of word lists out of these pages and says exactly what the form will say. The password is read
from the body, kept nowhere and logged nowhere; no account is looked at, so nothing depends on who asks.
"""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import SecretStr

from idp.accounts.password_policy.rules import complaint_about
from idp.accounts.password_policy.strength import score_of
from idp.core import envelope
from idp.core.api_ingress import form
from idp.core.client_address import address_bucket
from idp.core.ratelimit import AddressLimit
from idp.core.types import Schema

_asked = AddressLimit("password_strength", "120/minute;1800/hour")
_FAIR = 3


class Candidate(Schema):
    """What was typed so far."""

    password: SecretStr


@require_POST
def password_strength(request: HttpRequest) -> JsonResponse:
    """The score and a sentence. Raises `InvalidInput`, `RateLimited`."""
    _asked.hit(address_bucket(request))
    password = form(request, Candidate).password
    complaint = complaint_about(password, asks_others=False)
    # Scored only when it is short enough to be one.
    score = 0 if complaint is not None else score_of(password.get_secret_value())
    sentence = complaint or (
        _("This password is good. Longer is better still.") if score < _FAIR else _("This password is strong.")
    )
    return JsonResponse(envelope.success(str(sentence), {"acceptable": complaint is None, "score": score}))
