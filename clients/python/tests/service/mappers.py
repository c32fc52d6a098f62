"""User mappers a service may write: more fields, rows that belong with the user, or something else altogether."""

from collections.abc import Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.users import JustInTime
from tests.service.models import Account, Wallet


class WithWallet(JustInTime):
    """Creates the wallet in the user's own transaction."""

    def defaults(self, claims: TokenClaims) -> Mapping[str, object]:
        """Copy the e-mail only when the provider says it is proven."""
        return {"email": claims.email if claims.email_verified else None}

    def created(self, user: AbstractBaseUser, claims: TokenClaims) -> None:
        """One account, one wallet; clients named `broken` and `faulty` show what failures lead to."""
        Wallet.objects.create(account_id=user.pk)
        if claims.client_id == "broken":
            raise IntegrityError("the wallet ledger refused")
        if claims.client_id == "faulty":
            raise ValueError("a fault of this code, not of the subject")


def everybody_is_ada(claims: TokenClaims) -> AbstractBaseUser:
    """A plain function as mapper."""
    return Account(id=claims.sub, nickname="Ada")


NOT_CALLABLE = 7
