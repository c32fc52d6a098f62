"""Makes an access token, opaque or a JWT as its client registered, writes its row and returns its only copy in clear."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from idp.accounts.models import User
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.core.statements import insert
from idp.oidc import lifetimes
from idp.oidc.jose.access_token import signed_access_token
from idp.oidc.models import AccessToken, Client
from idp.oidc.models.session_bound import session_columns
from idp.oidc.tokens import format as token_format


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token on its way to the client: `value` is shown once, `expires_in` is in seconds."""

    value: str
    expires_in: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreparedToken:
    """A token that is made but not issued: nobody may see `issued` before the row is stored."""

    issued: IssuedToken
    row: AccessToken

    def store(self) -> IssuedToken:
        """One INSERT. The caller owns the transaction, so that a spent code and its token stand or fall together."""
        insert(self.row)
        return self.issued


def prepared_access_token(
    *,
    client: Client,
    scopes: tuple[str, ...],
    audience: tuple[str, ...],
    user: User | None = None,
    context: AuthContext | None = None,
    family: uuid.UUID | None = None,
    requested_claims: Mapping[str, Any] | None = None,
    kid: str | None = None,
) -> PreparedToken:
    """The value and its row, not stored yet: signing a JWT must hold no transaction open. Raises `Unavailable` without a key.

    `kid`: as `keys.active_key` takes it.

    A JWT has a row like any other token, so it is revoked, introspected and refused here like any other.
    """
    lifetime = lifetimes.access_token_seconds()
    row = AccessToken(
        token="",
        application=client,
        user=user,
        scope=" ".join(scopes),
        resource=list(audience),
        expires=clock.now() + clock.seconds(lifetime),
        token_family=family,
        requested_claims=dict(requested_claims or {}),
        **(session_columns(context) if context else {}),
    )
    # The value comes from the row (a JWT) or from nowhere (random bytes); its digest is what the row keeps of it.
    if client.access_token_format == "jwt":
        value = signed_access_token(row, client=client, user=user, kid=kid)
    else:
        value = token_format.mint(token_format.Kind.ACCESS_TOKEN, handle=client.handle)
    row.token_checksum = token_format.checksum(value)
    return PreparedToken(issued=IssuedToken(value=value, expires_in=lifetime, scopes=scopes), row=row)


@implements("RFC 8707", "2.2")
def narrowed_resources(*, granted: tuple[str, ...], asked: tuple[str, ...]) -> tuple[str, ...]:
    """The granted resources, or those of them that this request asks for. Raises `OAuthError` invalid_target."""
    if not set(asked) <= set(granted):
        raise OAuthError("invalid_target", _("That resource was not granted to this client, or not by this sign-in."))
    return asked or granted


def audience_of(*, scopes: tuple[str, ...], resources: tuple[str, ...]) -> tuple[str, ...]:
    """Whom a token is for: its resources, and ourselves when `openid` lets it read UserInfo."""
    return (*resources, settings.IDP_ISSUER) if "openid" in scopes else resources
