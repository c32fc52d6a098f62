"""`/api/v1/account/apps`: what the person allowed applications, and how to take it back."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, REFUSALS, PersonView, actor_of, answered
from idp.account_api.self_service_serializers import ConnectedAppsAnswerSerializer
from idp.account_api.serializers import NothingAnswerSerializer
from idp.self_service.selectors import connected_apps
from idp.self_service.services.disconnect_app import disconnect_app


class ConnectedApps(PersonView):
    """All of them."""

    @extend_schema(
        operation_id="connected_apps_read",
        summary="Read which applications you allowed to use your account",
        responses={200: ConnectedAppsAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """The latest first."""
        allowed = connected_apps(actor_of(request).user_id)
        return answered(_("These are the applications you allowed to use your account."), allowed)


class ConnectedApp(PersonView):
    """One of them."""

    @extend_schema(
        operation_id="connected_app_remove",
        summary="Disconnect an application",
        description="Your consent is withdrawn, and every token the application holds for you is dead at once.",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request, client_id: str) -> Response:
        """It has no access any more."""
        disconnect_app(actor=actor_of(request), client_id=client_id)
        return answered(_("Disconnected. The application has no access to your account any more."))
