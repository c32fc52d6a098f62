"""Writes an access token and returns its only copy in clear."""

import uuid
from dataclasses import dataclass

from idp.accounts.models import User
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.oidc import lifetimes
from idp.oidc.models import AccessToken, Client
from idp.oidc.models.session_bound import session_columns
from idp.oidc.tokens import format as token_format


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token on its way to the client: `value` is shown once, `expires_in` is in seconds."""

    value: str
    expires_in: int
    scopes: tuple[str, ...]


def issue_access_token(
    *,
    client: Client,
    scopes: tuple[str, ...],
    audience: tuple[str, ...],
    user: User | None = None,
    context: AuthContext | None = None,
    family: uuid.UUID | None = None,
) -> IssuedToken:
    """One INSERT. The caller owns the transaction, so that a spent code and its token stand or fall together."""
    value = token_format.mint(token_format.Kind.ACCESS_TOKEN, handle=client.handle)
    lifetime = lifetimes.access_token_seconds()
    AccessToken(
        token="",
        token_checksum=token_format.checksum(value),
        application=client,
        user=user,
        scope=" ".join(scopes),
        resource=list(audience),
        expires=clock.now() + clock.seconds(lifetime),
        token_family=family,
        **(session_columns(context) if context else {}),
    ).save(force_insert=True)
    return IssuedToken(value=value, expires_in=lifetime, scopes=scopes)


def audience_of(*, client: Client, scopes: tuple[str, ...], resources: tuple[str, ...], issuer: str) -> tuple[str, ...]:
    """Whom a token is for: the asked or default resources, and ourselves when `openid` lets it read UserInfo (RFC 8707 §2)."""
    chosen = resources or ((client.default_resource,) if client.default_resource else ())
    return (*chosen, issuer) if "openid" in scopes and issuer not in chosen else chosen
