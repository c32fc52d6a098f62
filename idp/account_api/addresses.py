"""`/api/v1/account/addresses`: the person's e-mail address and phone number. The rules are `idp.self_service.services`.

A new address is sent a code and counts when the code comes back, in the same session; until then the old one stays.
"""

from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, LIMITED_REFUSALS, REFUSALS, PersonView, actor_of, answered, sent_as
from idp.account_api.self_service_serializers import AddressChangeSerializer, AddressCodeSerializer, AddressesAnswerSerializer
from idp.account_api.serializers import FailureSerializer
from idp.accounts.models import User
from idp.core.client_address import address_bucket
from idp.login.limits import sign_up_forms
from idp.self_service.schemas import Addresses
from idp.self_service.services.change_address import begin_change, confirm_change, drop_change, pending_address


class OwnAddresses(PersonView):
    """Both of them."""

    @extend_schema(
        operation_id="addresses_read",
        summary="Read your email address and phone number",
        responses={200: AddressesAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """With the one that waits for its code, if any."""
        return _answer(request, cast("User", request.user), _("These are your addresses."))


class NewAddress(PersonView):
    """One that is not the account's yet."""

    @extend_schema(
        operation_id="address_change",
        summary="Change your email address or phone number",
        description="Needs a fresh sign-in. A message goes to the new address; nothing changes until its code comes back.",
        request=AddressChangeSerializer,
        responses={200: AddressesAnswerSerializer, **LIMITED_REFUSALS},
    )
    def put(self, request: Request) -> Response:
        """It waits for its code; one that waited before is forgotten."""
        # As on the page: each of these sends a message to somebody.
        sign_up_forms.hit(address_bucket(request._request))  # DRF offers no other way to the request below
        begin_change(actor=actor_of(request), change=sent_as(AddressChangeSerializer, request))
        told = _("We sent a message to the new address. If it holds a code of six digits, enter it here within ten minutes.")
        return _answer(request, cast("User", request.user), told)

    @extend_schema(
        operation_id="address_keep",
        summary="Keep the old address",
        responses={200: AddressesAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request) -> Response:
        """Nothing waits any more."""
        drop_change(actor=actor_of(request))
        return _answer(request, cast("User", request.user), _("Your addresses stay as they are."))


class AddressCode(PersonView):
    """The end of a change."""

    @extend_schema(
        operation_id="address_confirm",
        summary="Confirm the new address by its code",
        description="Needs a fresh sign-in. The old address is told.",
        request=AddressCodeSerializer,
        responses={200: AddressesAnswerSerializer, 410: FailureSerializer, **LIMITED_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """The account has it."""
        user = confirm_change(actor=actor_of(request), code=sent_as(AddressCodeSerializer, request).code)
        return _answer(request, user, _("Your new address is confirmed. We told the old one, too."))


def _answer(request: Request, user: User, message: str) -> Response:
    return answered(message, Addresses.of(user, pending=pending_address(actor=actor_of(request))))
