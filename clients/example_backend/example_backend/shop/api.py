"""The endpoints, and what each requires of the caller. Thin: permission, read, sentence."""

from typing import cast

from django.conf import settings
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from example_backend.shop.models import Order, Shopper
from example_backend.shop.orders import confirm_largest_order
from example_backend.shop.selectors import get_shopper_row, list_orders, list_status_totals
from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.envelope import success
from fashionistar_auth.permissions import HasAcr, HasAnyRole, HasScope, IsPerson

#: How old the sign-in behind a confirmation may be, in seconds.
CONFIRMATION_SECONDS = 300


def _shopper(request: Request) -> Shopper:
    """The caller as our own row; the permissions above have made sure it is a person."""
    return cast("Shopper", request.user)


def _claims(request: Request) -> TokenClaims:
    """What the token says; a view that calls this requires one."""
    return cast("TokenClaims", request.auth)


class Health(APIView):
    """Whether the process answers. Asks nobody, so that it says nothing about the provider."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """200 while the process lives."""
        return success({"status": "ok"}, message="The example backend is running.")


class Me(APIView):
    """What this service saw about the caller: our own row and, in demo mode, the provider's whole answer."""

    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        """Claims of any accepted token, a person's or a service's."""
        claims = _claims(request)
        user = None if claims.is_service else get_shopper_row(_shopper(request))
        data: dict[str, object] = {"user": user}
        if settings.EXAMPLE_SHOW_INTROSPECTION:
            data["introspection"] = dict(claims.answer)
        message = f"You are the service {claims.client_id}." if claims.is_service else "This is what we know about you."
        return success(data, message=message)


class Orders(APIView):
    """The caller's orders: the application needs the scope, and somebody must be signed in to have any."""

    permission_classes = [HasScope("orders"), IsPerson]

    def get(self, request: Request) -> Response:
        """Their demo orders."""
        orders = list_orders(_shopper(request))
        return success({"orders": orders, "currency": "NGN"}, message=f"You have {len(orders)} orders.")


class ConfirmLargeOrder(APIView):
    """Confirms the caller's largest order that waits: with a passkey, and just now (RFC 9470).

    A stolen session or token is not enough for this; the thief would need the person's own device as well.
    """

    permission_classes = [HasScope("orders"), HasAcr("phr", max_age=CONFIRMATION_SECONDS)]

    def post(self, request: Request) -> Response:
        """Once; a second time there is nothing left to confirm. Raises: NothingToConfirm."""
        order = confirm_largest_order(_shopper(request))
        return success(
            {"order": order, "currency": "NGN"}, message=f"Thank you. Your order {order['number']} is confirmed."
        )


class VendorDashboard(APIView):
    """Figures for those who sell or run the platform."""

    permission_classes = [HasAnyRole("vendor", "staff", "admin")]

    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """Totals by status."""
        data = {"totals": list_status_totals(), "currency": "NGN"}
        return success(data, message="These are the figures over all orders.")


class Payouts(APIView):
    """Money leaves here, so one factor is not enough (RFC 9470 tells the page to ask for more)."""

    permission_classes = [HasAcr("aal2")]

    def get(self, request: Request) -> Response:
        """Payouts of delivered orders."""
        payouts = list_orders(_shopper(request), status=Order.Status.DELIVERED)
        message = f"Payouts of {len(payouts)} delivered orders." if payouts else "Nothing was paid out yet."
        return success({"payouts": payouts, "currency": "NGN"}, message=message)
