"""A view as Fashionistar's backend has hundreds: it asks who calls and nothing else, so the cut-over spares it."""

from typing import TYPE_CHECKING, cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from example_backend.shop.selectors import list_orders
from fashionistar_auth.envelope import success

if TYPE_CHECKING:
    from example_backend.shop.models import Shopper


class Orders(APIView):
    """The caller's orders."""

    def get(self, request: Request) -> Response:
        """As the front end knows them."""
        shopper = cast("Shopper", request.user)
        orders = list_orders(shopper)
        return success({"sub": shopper.sub, "orders": orders}, message=f"You have {len(orders)} orders.")


class Health(APIView):
    """Whether the process answers."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """200 while the process lives."""
        return success({"status": "ok"}, message="The service is running.")
