"""Reads of the shop, shaped for the API. Money is whole kobo."""

from datetime import datetime
from typing import TypedDict

from django.db.models import Count, Sum

from example_backend.shop.models import Order, Shopper, Wallet


class OrderLine(TypedDict):
    """One order as the API shows it."""

    number: int
    item: str
    amount_kobo: int
    status: str
    placed_at: datetime


class ShopperRow(TypedDict):
    """A local user as the API shows it."""

    sub: str
    is_active: bool
    first_seen: datetime
    orders: int
    wallet_kobo: int


class StatusTotal(TypedDict):
    """Orders of one status."""

    status: str
    orders: int
    amount_kobo: int


def list_orders(shopper: Shopper, *, status: Order.Status | None = None) -> list[OrderLine]:
    """The shopper's orders, oldest number first; of one status when given."""
    orders = Order.objects.filter(shopper=shopper)
    if status is not None:
        orders = orders.filter(status=status)
    return [order_line(order) for order in orders.order_by("number")]


def order_line(order: Order) -> OrderLine:
    """One order as the API shows it."""
    return OrderLine(
        number=order.number,
        item=order.item,
        amount_kobo=order.amount_kobo,
        status=order.status,
        placed_at=order.placed_at,
    )


def get_shopper_row(shopper: Shopper) -> ShopperRow:
    """What this service itself knows about a shopper."""
    return ShopperRow(
        sub=shopper.sub,
        is_active=shopper.is_active,
        first_seen=shopper.first_seen,
        orders=Order.objects.filter(shopper=shopper).count(),
        wallet_kobo=Wallet.objects.get(shopper=shopper).balance_kobo,
    )


def list_status_totals() -> list[StatusTotal]:
    """Number and value of all orders, by status."""
    totals = Order.objects.order_by("status").values("status").annotate(orders=Count("id"), amount=Sum("amount_kobo"))
    return [StatusTotal(status=t["status"], orders=t["orders"], amount_kobo=t["amount"]) for t in totals]
