"""How a token's subject becomes a local shopper. Named in settings as USER_MAPPER."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser

from example_backend.shop.catalogue import demo_orders
from example_backend.shop.models import Order, Shopper
from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.users import JustInTime


class ShopperMapper(JustInTime):
    """Makes the shopper at the first request, with demo orders in the same transaction: never one without the other."""

    def created(self, user: AbstractBaseUser, claims: TokenClaims) -> None:  # noqa: ARG002 - the package's signature
        """Give the newcomer something to look at."""
        Order.objects.bulk_create(demo_orders(cast("Shopper", user)))
