"""The sign-in behind a code or token, copied onto it: which session, when, how strongly, by what means.

Stock django-oauth-toolkit derives `auth_time` from the account's last login, whichever browser that was in; carrying it on
the row is what makes `auth_time`, `acr`, `amr` and `sid` true for this very session (OIDC Core §2).
"""

import uuid

from django.db import models

from idp.core.auth_context import AuthContext


class SessionBound(models.Model):
    """Columns shared by codes, access tokens and refresh tokens; all empty for a client's own token."""

    # No foreign key: a session row may be cleaned up while a token with offline_access lives on.
    sid = models.UUIDField(null=True, blank=True, db_index=True)
    auth_time = models.DateTimeField(null=True, blank=True)
    acr = models.CharField(max_length=32, blank=True, default="")
    amr = models.JSONField(default=list, blank=True)
    # The `claims` parameter of the request that led here, as it was understood (OIDC Core §5.5); empty when there was none.
    requested_claims = models.JSONField(default=dict, blank=True)

    # No column: what `jose.keys.signing_kid` said in the SELECT that read this row, if it was asked.
    signing_kid: str | None = None

    class Meta:
        """Columns only."""

        abstract = True


def session_columns(context: AuthContext) -> dict[str, object]:
    """The column values that record `context`."""
    return {"sid": context.sid, "auth_time": context.auth_time, "acr": context.acr, "amr": list(context.amr)}


def recorded_context(row: SessionBound, *, user_id: uuid.UUID) -> AuthContext | None:
    """The sign-in recorded on a code or token of this person; a row without one redeems nothing."""
    if row.sid is None or row.auth_time is None:
        return None
    return AuthContext(sid=row.sid, user_id=user_id, auth_time=row.auth_time, acr=row.acr, amr=tuple(row.amr), login_uid="")
