"""`/api/v1/account/proof`: whether this sign-in may change what needs a fresh one, so that nobody fills in a form in vain.

It decides nothing: each change judges the proof itself, at the moment it is made.
"""

from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import REFUSALS, PersonView, actor_of, answered
from idp.account_api.self_service_serializers import ProofAnswerSerializer
from idp.accounts.models import User
from idp.authenticators.services.fresh_proof import proven_until
from idp.self_service.schemas import Proof


class SignInProof(PersonView):
    """What the sign-in behind the request is good for."""

    @extend_schema(
        operation_id="proof_read",
        summary="Read whether your sign-in is fresh enough for changes",
        responses={200: ProofAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """Until when, and whether there is a password to be asked for."""
        until = proven_until(actor_of(request))
        told = _("You can make changes now.") if until else _("To make changes, please sign in again first.")
        return answered(told, Proof(fresh_until=until, has_password=cast("User", request.user).has_usable_password()))
