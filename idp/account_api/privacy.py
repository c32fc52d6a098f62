"""`/api/v1/account/privacy`: the person's own data and its end. In their own browser only, never by an access token.

Taking data along and deleting the account ask for a sign-in of the last ten minutes with the strongest factors (403
`step_up_required`, `meta.action` says where to go); the rules are `idp.privacy.services`.
"""

from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.account_api.authentication import PersonAuthentication
from idp.account_api.authenticators import InOwnBrowser
from idp.account_api.privacy_serializers import (
    ClosingAnswerSerializer,
    ExportAnswerSerializer,
    MarketingChoiceSerializer,
    PrivacyAnswerSerializer,
    RestrictionChoiceSerializer,
)
from idp.account_api.serializers import FailureSerializer, NothingAnswerSerializer
from idp.accounts.models import User
from idp.core import envelope
from idp.core.auth_context import AuthContext
from idp.login.current import current_session
from idp.privacy.schemas import ClosingUntil, MarketingChoice, RestrictionChoice
from idp.privacy.selectors import privacy_of
from idp.privacy.services.choose import choose_marketing, choose_restriction
from idp.privacy.services.close_account import close_account, keep_account
from idp.privacy.services.export_data import export_data

_REFUSALS = dict.fromkeys((401, 403, 503), FailureSerializer)
_CHANGE_REFUSALS = {**_REFUSALS, **dict.fromkeys((400, 409, 413, 415), FailureSerializer)}


class _DeskView(APIView):
    """What every address here asks of a caller."""

    authentication_classes = (PersonAuthentication,)
    permission_classes = (InOwnBrowser,)


class PrivacyDesk(_DeskView):
    """Where the account stands."""

    @extend_schema(
        operation_id="privacy_read",
        summary="Read how your data may be used",
        responses={200: PrivacyAnswerSerializer, **_REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """The flags, the words one consents to, and everything said so far."""
        return _answer(_("This is how your data may be used."), privacy_of(cast("User", request.user)))


class Marketing(_DeskView):
    """Consent to news by mail."""

    @extend_schema(
        operation_id="marketing_choose",
        summary="Allow news by mail, or take that back",
        request=MarketingChoiceSerializer,
        responses={200: PrivacyAnswerSerializer, **_CHANGE_REFUSALS},
    )
    def put(self, request: Request) -> Response:
        """Recorded with the version of the words."""
        body = MarketingChoiceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        choice = cast("MarketingChoice", body.validated_data)
        user = choose_marketing(actor=_actor(request), allowed=choice.allowed, text_version=choice.text_version)
        return _answer(_("Your changes are saved."), privacy_of(user))


class Restriction(_DeskView):
    """Restriction of all use."""

    @extend_schema(
        operation_id="restriction_choose",
        summary="Restrict the use of your data, or lift that",
        request=RestrictionChoiceSerializer,
        responses={200: PrivacyAnswerSerializer, **_CHANGE_REFUSALS},
    )
    def put(self, request: Request) -> Response:
        """A restriction takes back the permission to send news."""
        body = RestrictionChoiceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        choice = cast("RestrictionChoice", body.validated_data)
        user = choose_restriction(actor=_actor(request), restricted=choice.restricted)
        return _answer(_("Your changes are saved."), privacy_of(user))


class DataExport(_DeskView):
    """Everything about the person."""

    @extend_schema(
        operation_id="data_export",
        summary="Take your data along",
        description="Needs a fresh sign-in. Three times a day.",
        request=None,
        responses={200: ExportAnswerSerializer, **_CHANGE_REFUSALS, 429: FailureSerializer},
    )
    def post(self, request: Request) -> Response:
        """In this answer, and nowhere else."""
        return _answer(_("This is everything we hold about you."), export_data(actor=_actor(request)))


class Deletion(_DeskView):
    """The end of the account."""

    @extend_schema(
        operation_id="deletion_request",
        summary="Delete your account",
        description="Needs a fresh sign-in; every session and token ends at once. Sign in again in time to keep it.",
        request=None,
        responses={200: ClosingAnswerSerializer, **_CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """Erased when the time to change one's mind is over."""
        due_at = close_account(actor=_actor(request))
        told = _("Your account will be deleted. You are signed out everywhere; to keep the account, sign in before that day.")
        return _answer(told, ClosingUntil(erasure_due_at=due_at))

    @extend_schema(
        operation_id="deletion_cancel",
        summary="Keep your account after all",
        responses={200: NothingAnswerSerializer, **_CHANGE_REFUSALS},
    )
    def delete(self, request: Request) -> Response:
        """It stays as it is."""
        keep_account(actor=_actor(request))
        return _answer(_("Your account stays. You can sign in to your applications again."))


def _actor(request: Request) -> AuthContext:
    """The sign-in behind the request, which the services judge; `InOwnBrowser` saw to it that there is one."""
    session = current_session(request._request)  # DRF offers no other way to the request below
    assert session is not None
    return session.context


def _answer(message: str, data: BaseModel | None = None) -> Response:
    return Response(envelope.success(message, None if data is None else data.model_dump(mode="json")))
