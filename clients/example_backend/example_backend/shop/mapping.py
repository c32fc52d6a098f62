"""How a token's subject becomes a local shopper. Named in settings as USER_MAPPER."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.base_user import AbstractBaseUser

from example_backend.shop.people import furnish
from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.users import JustInTime

if TYPE_CHECKING:
    from example_backend.shop.models import Shopper


class ShopperMapper(JustInTime):
    """Makes the shopper when a token comes before the event: with wallet and orders in the same transaction, or not."""

    def created(self, user: AbstractBaseUser, claims: TokenClaims) -> None:  # noqa: ARG002 - the package's signature
        """Give the newcomer what every shopper has."""
        furnish(cast("Shopper", user))
