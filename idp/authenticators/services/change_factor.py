"""Rename and remove a factor. Whoever must have a second factor keeps one."""

import uuid
from collections.abc import Mapping
from typing import Protocol

from django.db import transaction

from idp.authenticators.errors import LastFactor
from idp.authenticators.schemas import Authenticator
from idp.authenticators.selectors import authenticators_of, second_factors
from idp.authenticators.services.fresh_proof import hold_proven
from idp.core.auth_context import AuthContext
from idp.mfa.errors import NoSuchFactor
from idp.mfa.policy import must_have_second_factor
from idp.mfa.recovery_codes.services.discard import discard
from idp.mfa.totp.services import manage as totp
from idp.mfa.types import FactorKind, FactorName
from idp.mfa.webauthn.services import manage as passkeys


class _Kept(Protocol):
    """What each factor package that has several factors per person offers."""

    def rename(self, *, user_id: uuid.UUID, authenticator_id: uuid.UUID, name: FactorName) -> None: ...

    def remove(self, *, user_id: uuid.UUID, authenticator_id: uuid.UUID, acting_sid: uuid.UUID | None = None) -> None: ...


_PACKAGES: Mapping[FactorKind, _Kept] = {FactorKind.TOTP: totp, FactorKind.PASSKEY: passkeys}


@transaction.atomic
def rename_factor(*, actor: AuthContext, kind: FactorKind, factor_id: uuid.UUID, name: FactorName) -> Authenticator:
    """Give it another name. Raises `ProofTooOld`, `SessionOver`, `NoSuchFactor`."""
    user = hold_proven(actor)
    _package(kind).rename(user_id=user.pk, authenticator_id=factor_id, name=name)
    return next(factor for factor in authenticators_of(user).authenticators if factor.id == factor_id)


@transaction.atomic
def remove_factor(*, actor: AuthContext, kind: FactorKind, factor_id: uuid.UUID) -> None:
    """It proves nothing any more; every other session of the person ends.

    Raises `ProofTooOld`, `SessionOver`, `NoSuchFactor`, and `LastFactor` for the only one of a role that must have one.
    """
    user = hold_proven(actor)
    _package(kind).remove(user_id=user.pk, authenticator_id=factor_id, acting_sid=actor.sid)
    # Counted behind the removal, which is undone with the transaction: a factor that is not theirs is no last one.
    if second_factors(user.pk) == 0:
        if must_have_second_factor(user.role):
            raise LastFactor(detail=f"the last second factor of a {user.role}")
        discard(user_id=user.pk)


def _package(kind: FactorKind) -> _Kept:
    """Raises `NoSuchFactor` for a kind that is not kept one by one."""
    if kind not in _PACKAGES:
        raise NoSuchFactor(detail=f"no single factors of kind {kind}")
    return _PACKAGES[kind]
