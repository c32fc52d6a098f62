"""`/api/v1/account/authenticators`: the person's own second factors. In their own browser only, never by an access token.

Whatever shows a secret or changes something asks for a sign-in of the last ten minutes with the strongest factors (403
`step_up_required`, `meta.action` says where to go); the rules are `idp.authenticators.services`.
"""

import uuid
from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, LIMITED_REFUSALS, REFUSALS, PersonView, actor_of, answered, sent_as
from idp.account_api.serializers import (
    AuthenticatorAnswerSerializer,
    AuthenticatorsAnswerSerializer,
    ConfirmedAnswerSerializer,
    EnrolmentAnswerSerializer,
    FactorNamedSerializer,
    FirstCodeSerializer,
    NothingAnswerSerializer,
    RecoveryCodesAnswerSerializer,
)
from idp.accounts.models import User
from idp.accounts.selectors import sign_in_name
from idp.authenticators.schemas import Enrolment
from idp.authenticators.selectors import authenticators_of
from idp.authenticators.services.add_app import begin_app, confirm_app
from idp.authenticators.services.change_factor import remove_factor, rename_factor
from idp.authenticators.services.renew_recovery_codes import renew_recovery_codes
from idp.core.clock import seconds
from idp.mfa.totp.offer import offer_of
from idp.mfa.totp.services.enrol import ENROLMENT_SECONDS
from idp.mfa.types import FactorKind


class Authenticators(PersonView):
    """What there is."""

    @extend_schema(
        operation_id="authenticators_read",
        summary="Read your second factors",
        responses={200: AuthenticatorsAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """All of them, without any secret."""
        held = authenticators_of(cast("User", request.user))
        return answered(_("These are your second factors."), held)


class Apps(PersonView):
    """Adding an authenticator app."""

    @extend_schema(
        operation_id="app_begin",
        summary="Begin to add an authenticator app",
        description="Needs a fresh sign-in. The secret is shown this once, and counts only after its first code was confirmed.",
        request=FactorNamedSerializer,
        responses={201: EnrolmentAnswerSerializer, **CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """A new secret; one begun before is gone."""
        named = sent_as(FactorNamedSerializer, request)
        begun = begin_app(actor=actor_of(request), name=named.name)
        offer = offer_of(begun, account=sign_in_name(cast("User", request.user)))
        enrolment = Enrolment(
            id=begun.pk,
            secret=offer.secret,
            otpauth_uri=offer.uri,
            qr_svg=str(offer.qr),
            expires_at=begun.created_at + seconds(ENROLMENT_SECONDS),
        )
        return answered(
            _("Scan the picture with your authenticator app. Then send the six digits it shows."), enrolment, status=201
        )


class AppFirstCode(PersonView):
    """The end of adding an app."""

    @extend_schema(
        operation_id="app_confirm",
        summary="Confirm a new authenticator app by its first code",
        description="Needs a fresh sign-in. From now on you are asked for a code; your other sessions end. "
        "Recovery codes come with the first app, and are shown this once.",
        request=FirstCodeSerializer,
        responses={200: ConfirmedAnswerSerializer, **LIMITED_REFUSALS},
    )
    def post(self, request: Request, factor_id: uuid.UUID) -> Response:
        """The app counts."""
        first = sent_as(FirstCodeSerializer, request)
        confirmed = confirm_app(actor=actor_of(request), authenticator_id=factor_id, code=first.code)
        told = (
            _("Your app is set up. Please keep these recovery codes where only you can read them: they are not shown again.")
            if confirmed.recovery_codes
            else _("Your app is set up.")
        )
        return answered(told, confirmed)


class App(PersonView):
    """One authenticator app."""

    @extend_schema(
        operation_id="app_rename",
        summary="Rename an authenticator app",
        description="Needs a fresh sign-in.",
        request=FactorNamedSerializer,
        responses={200: AuthenticatorAnswerSerializer, **CHANGE_REFUSALS},
    )
    def patch(self, request: Request, factor_id: uuid.UUID) -> Response:
        """Another name."""
        named = sent_as(FactorNamedSerializer, request)
        renamed = rename_factor(actor=actor_of(request), kind=FactorKind.TOTP, factor_id=factor_id, name=named.name)
        return answered(_("Your changes are saved."), renamed)

    @extend_schema(
        operation_id="app_remove",
        summary="Remove an authenticator app",
        description="Needs a fresh sign-in; your other sessions end. The last one of a role that must have two factors stays.",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request, factor_id: uuid.UUID) -> Response:
        """Its codes stop working."""
        remove_factor(actor=actor_of(request), kind=FactorKind.TOTP, factor_id=factor_id)
        return answered(_("The app is removed. Its codes do not work any more."))


class RecoveryCodes(PersonView):
    """The set of recovery codes."""

    @extend_schema(
        operation_id="recovery_codes_renew",
        summary="Make new recovery codes",
        description="Needs a fresh sign-in. The old codes stop working; the new ones are shown this once.",
        request=None,
        responses={200: RecoveryCodesAnswerSerializer, **CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """New ones."""
        codes = renew_recovery_codes(actor=actor_of(request))
        return answered(_("Please keep these codes where only you can read them: they are not shown again."), codes)
