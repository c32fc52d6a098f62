"""A shopper of ours comes into being, once, at whichever comes first: the provider's event or their first request."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from example_backend.shop.catalogue import demo_orders
from example_backend.shop.models import Order, Shopper, Wallet


def furnish(shopper: Shopper) -> None:
    """What exists exactly when the shopper does: a wallet, and something to look at. In the same transaction."""
    Wallet.objects.create(shopper=shopper)
    Order.objects.bulk_create(demo_orders(shopper))


@transaction.atomic
def open_shopper(sub: str) -> Shopper:
    """The shopper of this `sub`, made now if need be. Of two callers at once one makes the row and the wallet."""
    shopper, is_new = Shopper.objects.get_or_create(sub=sub, defaults={"password": make_password(None)})
    if is_new:
        furnish(shopper)
    return shopper
