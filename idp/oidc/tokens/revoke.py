"""Ends tokens: one, a family, those of sessions or of a client. Felt by the next look-up.

Whatever ends many rows locks them in one order: codes, refresh tokens, access tokens, each by their keys. Two revocations that
overlap then wait for each other in turn, and never both at once.

Copies of the answers in Redis are voided in the same breath (`idp.copies`), by what was ended and not token by token, so one mark
is enough for any number.
"""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from idp.copies.marks import mark_changed
from idp.core import clock
from idp.core.specs import implements
from idp.oidc.models import AccessToken, AuthorizationCode, RefreshToken
from idp.oidc.tokens import format as token_format

# Rows that one statement names.
_AT_ONCE = 500


@implements("RFC 6749", "4.1.2")
@transaction.atomic
def revoke_family(family: uuid.UUID | None) -> int:
    """Everything that came from one authorization, refresh tokens included; returns how many rows were live."""
    mark_changed("family", family)
    return _revoke(AccessToken.objects.filter(token_family=family), RefreshToken.objects.filter(token_family=family))


@implements("OIDC RP-Initiated Logout", "2")
@transaction.atomic
def revoke_sessions(sids: Collection[uuid.UUID]) -> int:
    """All tokens and unspent codes of sessions that ended together; returns how many tokens were live."""
    mark_changed("session", *sids)
    return _revoke_everything(sid__in=sids)


def revoke_client(client_pk: int) -> int:
    """Everything a client holds, when it is switched off: switching it on again must not revive what was issued before.

    Of a busy client that is a million rows. Unless the caller has a transaction open, each batch is one of its own: nobody waits
    long, and what was ended stays so should this be stopped. So whoever calls it has switched the client off before.
    """
    mark_changed("client", client_pk)
    return _revoke_everything(application_id=client_pk)


@transaction.atomic
def revoke_grants(*, user_id: uuid.UUID, client_pk: int) -> int:
    """Everything a client holds for one person, when the person's consent ends."""
    mark_changed("person", user_id)
    return _revoke_everything(user_id=user_id, application_id=client_pk)


@implements("RFC 7009", "2.1")
def revoke_token(value: str, *, client_pk: int) -> int:
    """A token this client is done with; another client's is left alone. Returns how many rows were live.

    An access token ends alone; a refresh token takes its family with it, access tokens included.
    """
    checksum = token_format.checksum(value)
    if not value.startswith(token_format.Kind.REFRESH_TOKEN):
        mark_changed("token", checksum)
        return _mark(AccessToken.objects.filter(token_checksum=checksum, application_id=client_pk, revoked_at=None), "revoked_at")
    family = (
        RefreshToken.objects.filter(token_checksum=checksum, application_id=client_pk)
        .values_list("token_family", flat=True)
        .first()
    )
    return revoke_family(family) if family is not None else 0


def _revoke_everything(**whose: object) -> int:
    """Unspent codes and all tokens; returns how many tokens were live.

    An exchange that is under way holds its code's row, so it is waited for, and its tokens are ended by the next statement. Codes
    are deleted, not marked as spent: presenting one later is no replay of a stolen code.
    """
    unspent = AuthorizationCode.objects.filter(exchanged_at=None, **whose).select_for_update()
    keys: list[int] | None = None
    while keys != []:
        with transaction.atomic(savepoint=False):
            keys = _next_keys(unspent)
            AuthorizationCode.objects.filter(pk__in=keys).delete()
    return _revoke(AccessToken.objects.filter(**whose), RefreshToken.objects.filter(**whose))


def _revoke(access: QuerySet[AccessToken], refresh: QuerySet[RefreshToken]) -> int:
    """Mark both kinds, refresh tokens first: locking one waits for a rotation under way.

    What such a rotation then commits was not visible to the waiting statement, so refresh tokens are marked until none is
    left; access tokens come last and see everything.
    """
    return _mark_all(refresh.filter(revoked=None), "revoked") + _mark_all(access.filter(revoked_at=None), "revoked_at")


def _mark_all(live: "QuerySet[AccessToken] | QuerySet[RefreshToken]", column: str) -> int:
    """Set the end of all of them, locked in the order of their keys.

    A batch begins after the last key of the one before, or each would walk past all that are ended already; and it begins anew
    until a whole pass finds none, because a row may appear late with an early key.
    """
    ended = after = 0
    while True:
        with transaction.atomic(savepoint=False):
            keys = _next_keys(live.filter(pk__gt=after).select_for_update(no_key=True))
            ended += _mark(live.filter(pk__in=keys), column) if keys else 0
        if not keys and not after:
            return ended
        after = keys[-1] if len(keys) == _AT_ONCE else 0


def _next_keys(locking: "QuerySet[Any]") -> list[int]:
    return list(locking.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])


def _mark(live: "QuerySet[AccessToken] | QuerySet[RefreshToken]", column: str) -> int:
    """Set the end of these rows."""
    moment = clock.now()
    return live.update(**{column: moment, "updated": moment})
