"""From a presented access token to what it stands for: one indexed SELECT, with the client and the person joined.

Before it comes what proves that we made the value: the keyed tag of an opaque one, the signature of a JWT (one SELECT more).
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, DateTimeField

from idp.accounts.models import User
from idp.core import clock
from idp.core.specs import implements
from idp.core.statements import Given, Select
from idp.oidc.jose import signing
from idp.oidc.models import AccessToken, Client
from idp.oidc.tokens import format as token_format

_live = Select(
    lambda: AccessToken.objects.select_related("application", "user").filter(
        token_checksum=Given("checksum", CharField()), revoked_at=None, expires__gt=Given("now", DateTimeField())
    )
)


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A token that counts now: its row, its client, and the person behind it (None for a client's own token)."""

    row: AccessToken
    client: Client
    user: User | None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The granted scopes, in order."""
        return tuple(self.row.scope.split())


@implements("RFC 7662", "2.2")
@implements("RFC 9068", "5")
def live_access_token(value: str) -> LiveToken | None:
    """The token if it is live: made by us, known, not expired, not revoked, its client enabled, its person active.

    Everything else is None, without a reason: an answer that told them apart would help only an attacker.
    """
    if not token_format.is_ours(value, token_format.Kind.ACCESS_TOKEN) and claims_of_jwt(value) is None:
        return None
    row = _live.first(checksum=token_format.checksum(value), now=clock.now())
    if row is None or row.application is None or not row.application.enabled:
        return None
    if row.user is not None and not row.user.is_active:
        return None
    return LiveToken(row=row, client=row.application, user=row.user)


@implements("RFC 9068", "4")
def claims_of_jwt(value: str) -> dict[str, Any] | None:
    """What a JWT says that we signed as an access token, be it dead or alive; None for every other JWT and text."""
    try:
        return signing.verified(value, typ=signing.ACCESS_TOKEN_TYPE)
    except signing.NotOurs:
        return None
