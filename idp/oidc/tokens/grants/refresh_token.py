"""A refresh token for a new access token (RFC 6749 §6, OIDC Core §12). The rules of rotation are in `../rotation.py`.

Rows are read without a lock; what was decided on them is then made true by a conditional UPDATE in the transaction that issues.
That UPDATE also takes the row's lock, so that a revocation running at the same moment waits, and then finds what was issued.
Whoever loses a race reads again and is, inside the window, answered like the winner: with the same successor.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import BigAutoField, CharField, DateTimeField, QuerySet, TextField
from django.utils.translation import gettext as _

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.core.statements import Given, Select, Update
from idp.core.types import Schema
from idp.oidc.jose import keys
from idp.oidc.jose.id_token import prepared_id_token
from idp.oidc.jose.requested_claims import recorded_claims
from idp.oidc.models import Client, RefreshToken
from idp.oidc.models.session_bound import recorded_context
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens import rotation
from idp.oidc.tokens.grants.response import TokenResponse
from idp.oidc.tokens.issue import PreparedToken, audience_of, narrowed_resources, prepared_access_token
from idp.oidc.tokens.issue_refresh import issue_successor
from idp.oidc.tokens.revoke import revoke_family
from idp.oidc.tokens.rotation import Rotation, Verdict

# --- Its statements -----------------------------------------------------------------------------------------------------
# The `kid` that would sign for this client comes along.
_by_checksum = Select(
    lambda: (
        RefreshToken.objects.select_related("user")
        .filter(token_checksum=Given("checksum", CharField()), application_id=Given("client", BigAutoField()))
        .annotate(**keys.signing_kid(Given("algorithm", CharField())))
    )
)


def _live_end() -> QuerySet[RefreshToken]:
    return RefreshToken.objects.filter(pk=Given("token", BigAutoField()), rotated_at=None, revoked=None)


# Both take the row's lock and find nothing unless it still is the live end of its chain.
_moment = Given("moment", DateTimeField())
_held = Update(_live_end, updated=_moment)
_rotated = Update(
    _live_end,
    updated=_moment,
    rotated_at=_moment,
    successor_salt=Given("salt", CharField()),
    successor_key_id=Given("key_id", CharField()),
    rotation_scope=Given("scope", TextField()),
)


class Refresh(Schema):
    """What the client sends besides its credentials."""

    refresh_token: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a refresh token: its row, the newest row of its chain, the presented value, what is asked for and for whom."""

    client: Client
    token: RefreshToken
    latest: RefreshToken
    context: AuthContext
    presented: str
    scopes: tuple[str, ...]
    audience: tuple[str, ...]


@implements("RFC 6749", "6")
@implements("OIDC Core", "12")
def refresh(*, client: Client, request: Refresh, resources: tuple[str, ...] = ()) -> TokenResponse:
    """New tokens for a live refresh token. Raises `OAuthError` invalid_grant, invalid_scope or invalid_target."""
    use = _use_of(client, request, resources)
    response = _answered(use, _verdict(use))
    if response is None:
        # Somebody else was faster between our reading and our UPDATE: judge what is there now.
        use = _use_of(client, request, resources)
        response = _answered(use, _verdict(use))
    if response is None:
        raise _invalid_grant()
    return response


def _use_of(client: Client, request: Refresh, resources: tuple[str, ...]) -> Use:
    """Read the rows and check what no rotation changes: client, person, scope, resource. Raises `OAuthError`."""
    if not token_format.is_ours(request.refresh_token, token_format.Kind.REFRESH_TOKEN):
        raise _invalid_grant()
    token = _by_checksum.first(
        checksum=token_format.checksum(request.refresh_token), client=client.pk, algorithm=client.id_token_signed_response_alg
    )
    context = recorded_context(token, user_id=token.user_id) if token is not None else None
    if token is None or context is None or not token.user.is_active:
        raise _invalid_grant()

    # Only a replaced token has anything newer than itself.
    latest = token if token.rotated_at is None else _newest_of(token)
    scopes = _narrowed(token, request.scope)
    # Each access token may be for another one of the granted resources, two in parallel too; the chain keeps them all.
    narrowed = narrowed_resources(granted=tuple(token.resource) or client.default_resources, asked=resources)
    return Use(
        client=client,
        token=token,
        latest=latest,
        context=context,
        presented=request.refresh_token,
        scopes=scopes,
        audience=audience_of(scopes=scopes, resources=narrowed),
    )


def _newest_of(token: RefreshToken) -> RefreshToken:
    family = RefreshToken.objects.filter(token_family=token.token_family)
    return family.order_by("-generation").first() or token


def _narrowed(token: RefreshToken, asked: str) -> tuple[str, ...]:
    """The granted scopes, or fewer (RFC 6749 §6). Raises `OAuthError` invalid_scope."""
    granted = tuple(token.scope.split())
    wanted = tuple(dict.fromkeys(asked.split())) or granted
    if not set(wanted) <= set(granted):
        raise OAuthError("invalid_scope", _("A refresh can only ask for scopes that were granted at sign-in."))
    return wanted


def _verdict(use: Use) -> Verdict:
    grace = use.client.refresh_token_grace_seconds
    return rotation.judge(use.token, use.latest, grace_seconds=grace, now=clock.now())


def _answered(use: Use, verdict: Verdict) -> TokenResponse | None:
    """Act on the verdict; None when a parallel request changed what it stood on. Raises `OAuthError`."""
    if verdict is Verdict.ROTATE and not use.client.refresh_token_rotation:
        return _reuse(use)
    if verdict is Verdict.ROTATE:
        return _rotate(use)
    if verdict is Verdict.REPEAT:
        return _repeat(use)
    if verdict is Verdict.KILL:
        revoke_family(use.token.token_family)
        record(event=Event.REFRESH_REPLAYED, user_id=use.context.user_id, client_id=use.client.client_id, sid=use.context.sid)
    raise _invalid_grant()


def _rotate(use: Use) -> TokenResponse | None:
    """Replace the token: one UPDATE decides the race, successor and access token stand or fall with it."""
    made = rotation.new_rotation()
    successor = rotation.successor_of(use.presented, rotation=made, handle=use.client.handle)
    changes = {"salt": made.salt, "key_id": made.key_id, "scope": " ".join(use.scopes)}
    sign, prepared = _id_token_signer(use), _prepared(use)
    with transaction.atomic():
        if _rotated.run(token=use.token.pk, moment=clock.now(), **changes) != 1:
            return None
        issue_successor(token=use.token, client=use.client, value=successor)
        issued = prepared.store()
    return TokenResponse(access=issued, id_token=sign(issued.value), refresh_token=successor)


@implements("RFC 9700", "4.14.2")
def _repeat(use: Use) -> TokenResponse | None:
    """The same successor again, beside a new access token. Raises `OAuthError` invalid_scope for another scope."""
    if use.token.rotation_scope != " ".join(use.scopes):
        raise OAuthError("invalid_scope", _("This refresh was already answered for another scope."))
    kept = Rotation(salt=use.token.successor_salt, key_id=use.token.successor_key_id)
    successor = rotation.successor_of(use.presented, rotation=kept, handle=use.client.handle)
    if token_format.checksum(successor) != use.latest.token_checksum:
        raise _invalid_grant()
    return _beside(use, use.latest, successor)


def _reuse(use: Use) -> TokenResponse | None:
    """A client that authenticates itself keeps its refresh token (FAPI 2.0 §5.3.2.1)."""
    return _beside(use, use.token, "")


def _beside(use: Use, live: RefreshToken, refresh_token: str) -> TokenResponse | None:
    """A new access token beside the live refresh token of the chain; None when that is live no more."""
    sign, prepared = _id_token_signer(use), _prepared(use)
    with transaction.atomic():
        # Lock the row and make sure that it still is the live end of its chain.
        issued = prepared.store() if _held.run(token=live.pk, moment=clock.now()) == 1 else None
    if issued is None:
        return None
    return TokenResponse(access=issued, id_token=sign(issued.value), refresh_token=refresh_token)


def _prepared(use: Use) -> PreparedToken:
    return prepared_access_token(
        client=use.client,
        scopes=use.scopes,
        audience=use.audience,
        user=use.token.user,
        context=use.context,
        family=use.token.token_family,
        requested_claims=use.token.requested_claims,
        kid=use.token.signing_kid,
    )


@implements("OIDC Core", "12.2")
def _id_token_signer(use: Use) -> Callable[[str], str]:
    """A new ID token speaks of the same sign-in: `auth_time` unchanged, no nonce; none without `openid`. Raises `Unavailable`."""
    if "openid" not in use.scopes:
        return lambda _access_token: ""
    return prepared_id_token(
        issuer=settings.IDP_ISSUER,
        user=use.token.user,
        client=use.client,
        context=use.context,
        scopes=use.scopes,
        nonce="",
        requested=recorded_claims(use.token.requested_claims).id_token,
        kid=use.token.signing_kid,
    )


def _invalid_grant() -> OAuthError:
    """One answer for every reason."""
    return OAuthError(
        "invalid_grant",
        _("The refresh token is not valid: it is unknown, expired, revoked or was replaced. The person has to sign in again."),
    )
