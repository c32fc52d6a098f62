"""`/api/v1/account/password`: a new password, for whoever has just proven who they are."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import LIMITED_REFUSALS, PersonView, actor_of, answered, sent_as
from idp.account_api.self_service_serializers import PasswordChangeSerializer
from idp.account_api.serializers import NothingAnswerSerializer
from idp.core.browser import browser_key
from idp.self_service.services.replace_password import replace_password


class Password(PersonView):
    """How the person signs in."""

    @extend_schema(
        operation_id="password_change",
        summary="Change your password",
        description="Needs a fresh sign-in and the current password, where there is one. Your other sessions end.",
        request=PasswordChangeSerializer,
        responses={200: NothingAnswerSerializer, **LIMITED_REFUSALS},
    )
    def put(self, request: Request) -> Response:
        """The new one counts from now on; this session goes on."""
        change = sent_as(PasswordChangeSerializer, request)
        replace_password(actor=actor_of(request), change=change, browser=browser_key(request._request))
        return answered(_("Your password is changed. Every other device was signed out."))
