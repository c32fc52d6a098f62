"""Writes refresh tokens: the first of a chain, and the successor of one that was used."""

import uuid
from collections.abc import Mapping
from typing import Any

from idp.accounts.models import User
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.core.statements import insert
from idp.oidc.models import Client, RefreshToken
from idp.oidc.models.session_bound import session_columns
from idp.oidc.tokens import format as token_format


@implements("OIDC Core", "11")
def wants_refresh_token(client: Client, scopes: tuple[str, ...]) -> bool:
    """Issued exactly when `offline_access` was granted to a client that is registered for the grant."""
    return "offline_access" in scopes and client.may_use("refresh_token")


def issue_first_refresh_token(
    *,
    client: Client,
    user: User,
    context: AuthContext,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    family: uuid.UUID,
    requested_claims: Mapping[str, Any],
) -> str:
    """One INSERT; the only copy in clear is returned. The chain ends `refresh_token_max_lifetime_seconds` from now."""
    value = token_format.mint(token_format.Kind.REFRESH_TOKEN, handle=client.handle)
    row = RefreshToken(
        token="",
        token_checksum=token_format.checksum(value),
        application=client,
        user=user,
        scope=" ".join(scopes),
        resource=list(resources),
        token_family=family,
        expires=clock.now() + clock.seconds(client.refresh_token_max_lifetime_seconds),
        requested_claims=dict(requested_claims),
        **session_columns(context),
    )
    insert(row)
    return value


def issue_successor(*, token: RefreshToken, client: Client, value: str) -> None:
    """One INSERT: the next generation, equal in everything but its value; its end is the chain's (RFC 6749 §6)."""
    row = RefreshToken(
        token="",
        token_checksum=token_format.checksum(value),
        application=client,
        user_id=token.user_id,
        scope=token.scope,
        resource=token.resource,
        token_family=token.token_family,
        generation=token.generation + 1,
        # Of the chain, not of this token.
        expires=token.expires,
        sid=token.sid,
        auth_time=token.auth_time,
        acr=token.acr,
        amr=token.amr,
        requested_claims=token.requested_claims,
    )
    insert(row)
