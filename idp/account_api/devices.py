"""`/api/v1/account/devices`: where the person is not asked for a second factor, and how to end that.

No fresh sign-in is asked, as with sessions: to be asked more often harms nobody.
"""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, REFUSALS, PersonView, actor_of, answered
from idp.account_api.self_service_serializers import DevicesAnswerSerializer
from idp.account_api.serializers import NothingAnswerSerializer
from idp.login.device_cookie import digest_in
from idp.self_service.selectors import remembered_devices
from idp.self_service.services.forget_devices import forget_device, forget_every_device


class RememberedDevices(PersonView):
    """All of them."""

    @extend_schema(
        operation_id="devices_read",
        summary="Read where your second step is not asked for",
        responses={200: DevicesAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """The latest first."""
        here = digest_in(request._request)  # DRF offers no other way to the request below
        return answered(_("These are your remembered devices."), remembered_devices(actor_of(request).user_id, asking=here))

    @extend_schema(
        operation_id="devices_forget",
        summary="Have your second step asked for everywhere",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request) -> Response:
        """None is remembered any more."""
        forget_every_device(actor=actor_of(request))
        return answered(_("Done. Your second step is asked for everywhere at the next sign-in."))


class RememberedDevice(PersonView):
    """One of them."""

    @extend_schema(
        operation_id="device_forget",
        summary="Have your second step asked for on one device again",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request, device_id: uuid.UUID) -> Response:
        """It is remembered no more."""
        forget_device(actor=actor_of(request), device_id=device_id)
        return answered(_("Done. Your second step is asked for there again at the next sign-in."))
