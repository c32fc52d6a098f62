"""Which local user a token speaks for, found by `sub` and nothing else.

`LookUp` serves people the service already knows; `JustInTime` makes the row at the first request. A service with other
needs names its own callable, or a subclass, in USER_MAPPER. E-mail is never used to find a user: it can change hands.
"""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import get_settings
from fashionistar_auth.errors import AccountConflict, AccountInactive, AccountUnknown
from fashionistar_auth.principals import ServicePrincipal

logger = logging.getLogger("fashionistar_auth")

Principal = AbstractBaseUser | ServicePrincipal


class UserMapper(Protocol):
    """What USER_MAPPER names: claims of a person in, local user out."""

    def __call__(self, claims: TokenClaims, /) -> AbstractBaseUser:
        """Return the user. Raises: an APIException that says what the person should do."""
        ...


class LookUp:
    """Finds the user whose USER_FIELD equals `sub`; unknown people are refused."""

    def __call__(self, claims: TokenClaims) -> AbstractBaseUser:
        """Return the local user. Raises: AccountUnknown."""
        user = self.find(claims)
        if user is None:
            raise AccountUnknown
        return user

    def find(self, claims: TokenClaims) -> AbstractBaseUser | None:
        """Return the local user of this subject, or None."""
        try:
            return get_user_model()._default_manager.filter(**{get_settings().user_field: claims.sub}).first()  # noqa: SLF001 - Django's documented name for reusable apps
        except (ValueError, ValidationError):
            # The field is typed (a UUID, say) and this subject cannot be one of its values.
            return None


class JustInTime(LookUp):
    """Makes the user at the first request; subclass it to fill more fields or create rows that belong with the user."""

    def __call__(self, claims: TokenClaims) -> AbstractBaseUser:
        """Return the local user, made now if need be. Raises: AccountConflict, AccountUnknown."""
        return self.find(claims) or self._create(claims)

    def defaults(self, claims: TokenClaims) -> Mapping[str, object]:  # noqa: ARG002 - for subclasses
        """Further fields of a new user."""
        return {}

    def created(self, user: AbstractBaseUser, claims: TokenClaims) -> None:
        """Runs in the transaction that inserted the user: what it writes exists exactly when the user does."""

    def _create(self, claims: TokenClaims) -> AbstractBaseUser:
        """Insert the user. Two first requests at once make one row: the unique field lets one insert win."""
        fields = {"password": make_password(None), **self.defaults(claims), get_settings().user_field: claims.sub}
        try:
            with transaction.atomic(using=router.db_for_write(get_user_model())):
                user = _inserted(fields)
                self.created(user, claims)
        except IntegrityError as exc:
            # Either the twin request was faster, and its row is there now, or another unique field clashes.
            winner = self.find(claims)
            if winner is None:
                logger.error("No local user could be made for sub %r: %s", claims.sub, type(exc).__name__)  # noqa: TRY400 - expected
                raise AccountConflict from exc
            return winner
        return user


def _inserted(fields: Mapping[str, object]) -> AbstractBaseUser:
    """A new row of the user model. Raises: AccountUnknown, IntegrityError."""
    try:
        return get_user_model()._default_manager.create(**fields)  # noqa: SLF001 - as above
    except (ValueError, ValidationError) as exc:
        sub = fields[get_settings().user_field]
        logger.error("sub %r does not fit the local user field", sub)  # noqa: TRY400 - expected
        raise AccountUnknown from exc


@lru_cache(maxsize=4)
def _mapper_from(setting: object) -> UserMapper:
    return cast("UserMapper", setting() if isinstance(setting, type) else setting)


def principal_of(claims: TokenClaims) -> Principal:
    """Who calls: a service acting for itself, or the active local user. Raises: what `map_user` raises."""
    return ServicePrincipal(claims.client_id) if claims.is_service else map_user(claims)


def map_user(claims: TokenClaims) -> AbstractBaseUser:
    """Return the active local user of a token. Raises: AccountUnknown, AccountInactive, AccountConflict."""
    user = _mapper_from(get_settings().user_mapper)(claims)
    # Our own switch counts as well as the provider's: a locally blocked account stays blocked.
    if user.is_active is not True:
        raise AccountInactive
    return user
