"""`/api/v1/account/services`: what signs the person in from elsewhere (Google, Facebook), and how to disconnect it.

Connecting one is part of signing in (`idp.federation`). The rules are `idp.authenticators.services`.
"""

import uuid
from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, REFUSALS, PersonView, actor_of, answered
from idp.account_api.serializers import ConnectedServicesAnswerSerializer, NothingAnswerSerializer
from idp.accounts.models import User
from idp.authenticators.selectors import connected_services
from idp.authenticators.services.disconnect_service import disconnect_service


class ConnectedServices(PersonView):
    """All of them."""

    @extend_schema(
        operation_id="connected_services_read",
        summary="Read which other services sign you in",
        responses={200: ConnectedServicesAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """The one connected first comes first."""
        connected = connected_services(cast("User", request.user))
        return answered(_("These are the other services that sign you in."), connected)


class ConnectedService(PersonView):
    """One of them."""

    @extend_schema(
        operation_id="connected_service_remove",
        summary="Disconnect another service",
        description="Needs a fresh sign-in; your other sessions end. What is your only way in stays.",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request, link_id: uuid.UUID) -> Response:
        """It signs nobody in any more."""
        disconnect_service(actor=actor_of(request), link_id=link_id)
        return answered(_("Disconnected. It does not sign you in any more."))
