"""Changes of orders: what a shopper decides about them."""

from http import HTTPStatus

from rest_framework.exceptions import APIException

from example_backend.shop.models import Order, Shopper
from example_backend.shop.selectors import OrderLine, order_line


class NothingToConfirm(APIException):
    """No order of theirs waits, or another request was faster."""

    status_code = HTTPStatus.CONFLICT
    default_code = "nothing_to_confirm"
    default_detail = "You have no order that waits for a confirmation. Please reload your orders."


def confirm_largest_order(shopper: Shopper) -> OrderLine:
    """The shopper's most valuable placed order becomes confirmed. Raises: NothingToConfirm."""
    waiting = Order.objects.filter(shopper=shopper, status=Order.Status.PLACED)
    order = waiting.order_by("-amount_kobo", "number").first()
    # Of two requests at once one finds the row still waiting.
    if order is None or not waiting.filter(pk=order.pk).update(status=Order.Status.CONFIRMED):
        raise NothingToConfirm
    order.status = Order.Status.CONFIRMED
    return order_line(order)
