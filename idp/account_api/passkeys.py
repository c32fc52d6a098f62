"""`/api/v1/account/authenticators/passkey`: the person's own passkeys, by the rules of `person.py`."""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, PersonView, actor_of, answered, sent_as
from idp.account_api.serializers import (
    AuthenticatorAnswerSerializer,
    ConfirmedAnswerSerializer,
    FactorNamedSerializer,
    NothingAnswerSerializer,
    PasskeyAnswerSerializer,
    PasskeyEnrolmentAnswerSerializer,
)
from idp.authenticators.schemas import PasskeyEnrolment
from idp.authenticators.services.add_passkey import add_passkey, begin_passkey
from idp.authenticators.services.change_factor import remove_factor, rename_factor
from idp.core.browser import browser_key
from idp.mfa.types import FactorKind


class PasskeyOptions(PersonView):
    """The beginning of adding a passkey."""

    @extend_schema(
        operation_id="passkey_begin",
        summary="Begin to add a passkey",
        description="Needs a fresh sign-in. Hand `options` to the browser; its answer is taken once, in this browser alone.",
        request=None,
        responses={200: PasskeyEnrolmentAnswerSerializer, **CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """What to ask the browser."""
        options, until = begin_passkey(actor=actor_of(request), browser=browser_key(request._request))
        return answered(_("Confirm on your device that you want a passkey."), PasskeyEnrolment(options=options, expires_at=until))


class Passkeys(PersonView):
    """The end of adding a passkey."""

    @extend_schema(
        operation_id="passkey_add",
        summary="Add a passkey",
        description="Needs a fresh sign-in. Your other sessions end. Recovery codes come with the first factor, shown this once.",
        request=PasskeyAnswerSerializer,
        responses={201: ConfirmedAnswerSerializer, **CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """It counts."""
        sent = sent_as(PasskeyAnswerSerializer, request)
        browser = browser_key(request._request)
        added = add_passkey(actor=actor_of(request), browser=browser, answer=sent.credential, name=sent.name)
        return answered(_("Your passkey is added."), added, status=201)


class Passkey(PersonView):
    """One passkey."""

    @extend_schema(
        operation_id="passkey_rename",
        summary="Rename a passkey",
        description="Needs a fresh sign-in.",
        request=FactorNamedSerializer,
        responses={200: AuthenticatorAnswerSerializer, **CHANGE_REFUSALS},
    )
    def patch(self, request: Request, factor_id: uuid.UUID) -> Response:
        """Another name."""
        named = sent_as(FactorNamedSerializer, request)
        renamed = rename_factor(actor=actor_of(request), kind=FactorKind.PASSKEY, factor_id=factor_id, name=named.name)
        return answered(_("Your changes are saved."), renamed)

    @extend_schema(
        operation_id="passkey_remove",
        summary="Remove a passkey",
        description="Needs a fresh sign-in; your other sessions end. The last factor of a role that must have two stays.",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request, factor_id: uuid.UUID) -> Response:
        """It stops working."""
        remove_factor(actor=actor_of(request), kind=FactorKind.PASSKEY, factor_id=factor_id)
        return answered(_("The passkey is removed. It does not work any more."))
