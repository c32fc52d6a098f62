"""Ends tokens: one, a family, a session's. Each is one UPDATE on an indexed column, felt by the next look-up."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.models import AccessToken, AuthorizationCode, RefreshToken


@implements("RFC 6749", "4.1.2")
def revoke_family(family: uuid.UUID) -> int:
    """Everything that came from one authorization, refresh tokens included; returns how many rows were live."""
    return _revoke(AccessToken.objects.filter(token_family=family), RefreshToken.objects.filter(token_family=family))


@implements("OIDC RP-Initiated Logout", "2")
def revoke_session(sid: uuid.UUID) -> int:
    """All tokens and unspent codes of an ended session; returns how many tokens were live."""
    # An exchange that is under way holds its row, so it is waited for and its token is ended by the next statement.
    discard_codes(sid)
    return _revoke(AccessToken.objects.filter(sid=sid), RefreshToken.objects.filter(sid=sid))


def discard_codes(sid: uuid.UUID) -> None:
    """The unspent codes of a session. Deleted, not marked as spent: presenting one later is no replay of a stolen code."""
    AuthorizationCode.objects.filter(sid=sid, exchanged_at=None).delete()


@implements("RFC 7009", "2.1")
def revoke_access_token(checksum: str, *, client_pk: int) -> int:
    """One access token, if it belongs to this client; returns 1 or 0."""
    return _mark(AccessToken.objects.filter(token_checksum=checksum, application_id=client_pk), "revoked_at", clock.now())


def _revoke(access: QuerySet[AccessToken], refresh: QuerySet[RefreshToken]) -> int:
    """Mark both kinds at the same moment, or neither."""
    moment = clock.now()
    with transaction.atomic():
        return _mark(access, "revoked_at", moment) + _mark(refresh, "revoked", moment)


def _mark(rows: "QuerySet[AccessToken] | QuerySet[RefreshToken]", column: str, moment: datetime) -> int:
    """Set the end of the rows that have none; a second call changes nothing."""
    live: QuerySet[Any] = rows.filter(**{column: None})
    return live.update(**{column: moment, "updated": moment})
