"""Ends tokens: one, a family, a session's. Each is one UPDATE on an indexed column, felt by the next look-up."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.models import AccessToken, AuthorizationCode, RefreshToken
from idp.oidc.tokens import format as token_format


@implements("RFC 6749", "4.1.2")
def revoke_family(family: uuid.UUID | None) -> int:
    """Everything that came from one authorization, refresh tokens included; returns how many rows were live."""
    return _revoke(AccessToken.objects.filter(token_family=family), RefreshToken.objects.filter(token_family=family))


@implements("OIDC RP-Initiated Logout", "2")
def revoke_session(sid: uuid.UUID) -> int:
    """All tokens and unspent codes of an ended session; returns how many tokens were live."""
    # An exchange that is under way holds its row, so it is waited for and its token is ended by the next statement.
    # Codes are deleted, not marked as spent: presenting one later is no replay of a stolen code.
    AuthorizationCode.objects.filter(sid=sid, exchanged_at=None).delete()
    return _revoke(AccessToken.objects.filter(sid=sid), RefreshToken.objects.filter(sid=sid))


def revoke_client(client_pk: int) -> int:
    """Everything a client holds, when it is switched off: switching it on again must not revive what was issued before."""
    AuthorizationCode.objects.filter(application_id=client_pk, exchanged_at=None).delete()
    return _revoke(AccessToken.objects.filter(application_id=client_pk), RefreshToken.objects.filter(application_id=client_pk))


@implements("RFC 7009", "2.1")
def revoke_token(value: str, *, client_pk: int) -> int:
    """A token this client is done with; another client's is left alone. Returns how many rows were live.

    An access token ends alone; a refresh token takes its family with it, access tokens included.
    """
    checksum = token_format.checksum(value)
    if not value.startswith(token_format.Kind.REFRESH_TOKEN):
        return _mark(AccessToken.objects.filter(token_checksum=checksum, application_id=client_pk), "revoked_at", clock.now())
    family = (
        RefreshToken.objects.filter(token_checksum=checksum, application_id=client_pk)
        .values_list("token_family", flat=True)
        .first()
    )
    return revoke_family(family) if family is not None else 0


def _revoke(access: QuerySet[AccessToken], refresh: QuerySet[RefreshToken]) -> int:
    """Mark both kinds, refresh tokens first: that UPDATE waits for a rotation under way.

    What such a rotation then commits was not visible to the waiting statement, so refresh tokens are marked until none is
    left; access tokens come last and see everything.
    """
    moment = clock.now()
    with transaction.atomic():
        ended = 0
        while marked := _mark(refresh, "revoked", moment):
            ended += marked
        return ended + _mark(access, "revoked_at", moment)


def _mark(rows: "QuerySet[AccessToken] | QuerySet[RefreshToken]", column: str, moment: datetime) -> int:
    """Set the end of the rows that have none; a second call changes nothing."""
    live: QuerySet[Any] = rows.filter(**{column: None})
    return live.update(**{column: moment, "updated": moment})
