"""`/api/v1/account/privacy`: the person's own data and its end. In their own browser only, never by an access token.

Taking data along and deleting the account ask for a sign-in of the last ten minutes with the strongest factors (403
`step_up_required`, `meta.action` says where to go); the rules are `idp.privacy.services`.
"""

from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, LIMITED_REFUSALS, REFUSALS, PersonView, actor_of, answered, sent_as
from idp.account_api.privacy_serializers import (
    ClosingAnswerSerializer,
    ExportAnswerSerializer,
    MarketingChoiceSerializer,
    PrivacyAnswerSerializer,
    RestrictionChoiceSerializer,
)
from idp.account_api.serializers import NothingAnswerSerializer
from idp.accounts.models import User
from idp.privacy.schemas import ClosingUntil
from idp.privacy.selectors import privacy_of
from idp.privacy.services.choose import choose_marketing, choose_restriction
from idp.privacy.services.close_account import close_account, keep_account
from idp.privacy.services.export_data import export_data


class PrivacyDesk(PersonView):
    """Where the account stands."""

    @extend_schema(
        operation_id="privacy_read",
        summary="Read how your data may be used",
        responses={200: PrivacyAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """The flags, the words one consents to, and everything said so far."""
        return answered(_("This is how your data may be used."), privacy_of(cast("User", request.user)))


class Marketing(PersonView):
    """Consent to news by mail."""

    @extend_schema(
        operation_id="marketing_choose",
        summary="Allow news by mail, or take that back",
        request=MarketingChoiceSerializer,
        responses={200: PrivacyAnswerSerializer, **CHANGE_REFUSALS},
    )
    def put(self, request: Request) -> Response:
        """Recorded with the version of the words."""
        choice = sent_as(MarketingChoiceSerializer, request)
        user = choose_marketing(actor=actor_of(request), allowed=choice.allowed, text_version=choice.text_version)
        return answered(_("Your changes are saved."), privacy_of(user))


class Restriction(PersonView):
    """Restriction of all use."""

    @extend_schema(
        operation_id="restriction_choose",
        summary="Restrict the use of your data, or lift that",
        request=RestrictionChoiceSerializer,
        responses={200: PrivacyAnswerSerializer, **CHANGE_REFUSALS},
    )
    def put(self, request: Request) -> Response:
        """A restriction takes back the permission to send news."""
        choice = sent_as(RestrictionChoiceSerializer, request)
        user = choose_restriction(actor=actor_of(request), restricted=choice.restricted)
        return answered(_("Your changes are saved."), privacy_of(user))


class DataExport(PersonView):
    """Everything about the person."""

    @extend_schema(
        operation_id="data_export",
        summary="Take your data along",
        description="Needs a fresh sign-in. Three times a day.",
        request=None,
        responses={200: ExportAnswerSerializer, **LIMITED_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """In this answer, and nowhere else."""
        return answered(_("This is everything we hold about you."), export_data(actor=actor_of(request)))


class Deletion(PersonView):
    """The end of the account."""

    @extend_schema(
        operation_id="deletion_request",
        summary="Delete your account",
        description="Needs a fresh sign-in; every session and token ends at once. Sign in again in time to keep it.",
        request=None,
        responses={200: ClosingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """Erased when the time to change one's mind is over."""
        due_at = close_account(actor=actor_of(request))
        told = _("Your account will be deleted. You are signed out everywhere; to keep the account, sign in before that day.")
        return answered(told, ClosingUntil(erasure_due_at=due_at))

    @extend_schema(
        operation_id="deletion_cancel",
        summary="Keep your account after all",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request) -> Response:
        """It stays as it is."""
        keep_account(actor=actor_of(request))
        return answered(_("Your account stays. You can sign in to your applications again."))
