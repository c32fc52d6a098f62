"""`/api/v1/account/authenticators`: the person's own second factors. In their own browser only, never by an access token.

Whatever shows a secret or changes something asks for a sign-in of the last ten minutes with the strongest factors (403
`step_up_required`, `meta.action` says where to go); the rules are `idp.authenticators.services`.
"""

import uuid
from typing import TypeVar, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.account_api.authentication import PersonAuthentication
from idp.account_api.serializers import (
    AuthenticatorAnswerSerializer,
    AuthenticatorsAnswerSerializer,
    ConfirmedAnswerSerializer,
    EnrolmentAnswerSerializer,
    FactorNamedSerializer,
    FailureSerializer,
    FirstCodeSerializer,
    NothingAnswerSerializer,
    RecoveryCodesAnswerSerializer,
)
from idp.accounts.models import User
from idp.accounts.selectors import sign_in_name
from idp.authenticators.errors import ProofTooOld
from idp.authenticators.schemas import Enrolment
from idp.authenticators.selectors import authenticators_of
from idp.authenticators.services.add_app import begin_app, confirm_app
from idp.authenticators.services.change_factor import remove_factor, rename_factor
from idp.authenticators.services.renew_recovery_codes import renew_recovery_codes
from idp.core import envelope
from idp.core.auth_context import AuthContext
from idp.core.clock import seconds
from idp.core.errors import AuthenticationFailed
from idp.core.serializers import SchemaSerializer
from idp.login.acr import ONE_FACTOR
from idp.login.current import current_session
from idp.mfa.totp.offer import offer_of
from idp.mfa.totp.services.enrol import ENROLMENT_SECONDS
from idp.mfa.types import FactorKind

Model = TypeVar("Model", bound=BaseModel)

_REFUSALS = dict.fromkeys((401, 403, 503), FailureSerializer)
CHANGE_REFUSALS = {**_REFUSALS, **dict.fromkeys((400, 404, 409, 413, 415), FailureSerializer)}
_CODE_REFUSALS = {**CHANGE_REFUSALS, 429: FailureSerializer}


class InOwnBrowser(BasePermission):
    """Somebody signed in here, as strongly as their role must be."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises `AuthenticationFailed`, and `ProofTooOld` for a session from before the role asked for more."""
        session = current_session(request._request)  # DRF offers no other way to the request below
        if session is None:
            # No WWW-Authenticate, as on the sign-in pages: there is no HTTP scheme to come back with.
            raise AuthenticationFailed(detail="nobody is signed in")
        if not session.meets(ONE_FACTOR):
            raise ProofTooOld(detail=f"acr {session.acr} is too little for the role")
        return True


class PersonView(APIView):
    """What every address here asks of a caller."""

    authentication_classes = (PersonAuthentication,)
    permission_classes = (InOwnBrowser,)


class Authenticators(PersonView):
    """What there is."""

    @extend_schema(
        operation_id="authenticators_read",
        summary="Read your second factors",
        responses={200: AuthenticatorsAnswerSerializer, **_REFUSALS},
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
        responses={200: ConfirmedAnswerSerializer, **_CODE_REFUSALS},
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


def actor_of(request: Request) -> AuthContext:
    """The sign-in behind the request, which the services judge; `InOwnBrowser` saw to it that there is one."""
    session = current_session(request._request)  # as above
    assert session is not None
    return session.context


def sent_as(serializer: type[SchemaSerializer[Model]], request: Request) -> Model:
    """The body, validated. Raises DRF's ValidationError."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return cast("Model", body.validated_data)


def answered(message: str, data: BaseModel | None = None, *, status: int = 200) -> Response:
    """The envelope of every answer here."""
    return Response(envelope.success(message, None if data is None else data.model_dump(mode="json")), status=status)
