"""`/api/v1/account/me`: the person's own account."""

from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.account_api.authentication import BearerAuthentication, Caller, SessionAuthentication
from idp.account_api.permissions import MayUseProfile
from idp.account_api.schemas import Account
from idp.account_api.serializers import (
    AccountAnswerSerializer,
    AccountSerializer,
    FailureSerializer,
    ProfileChangeSerializer,
)
from idp.accounts.models import User
from idp.accounts.services.update_profile import update_profile
from idp.core import envelope

_READING = {200: AccountAnswerSerializer, **dict.fromkeys((401, 403, 503), FailureSerializer)}
_CHANGING = {**_READING, **dict.fromkeys((400, 413, 415), FailureSerializer)}


class Me(APIView):
    """Read and change one's own profile."""

    authentication_classes = (BearerAuthentication, SessionAuthentication)
    permission_classes = (MayUseProfile,)

    @extend_schema(operation_id="account_read", summary="Read your account", responses=_READING)
    def get(self, request: Request) -> Response:
        """The account as this caller may see it."""
        return _answer(request, cast("User", request.user), _("This is your account."))

    @extend_schema(
        operation_id="account_change",
        summary="Change your name, language or time zone",
        description="Members that are left out stay as they are; an empty text clears one. Applications: first-party only.",
        request=ProfileChangeSerializer,
        responses=_CHANGING,
    )
    def patch(self, request: Request) -> Response:
        """Change the members that were sent."""
        change = ProfileChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        caller = cast("Caller", request.auth)
        person = cast("User", request.user)
        user, changed = update_profile(user_id=person.pk, change=change.validated_data, client_id=caller.client_id)
        return _answer(request, user, _("Your changes are saved.") if changed else _("Nothing was changed."))


def _answer(request: Request, user: User, message: str) -> Response:
    caller = cast("Caller", request.auth)
    account = Account.of(user, shows_email=caller.may("email"), shows_phone=caller.may("phone"))
    return Response(envelope.success(message, AccountSerializer(account).data))
