"""Code for tokens, exactly once (RFC 6749 §4.1.3, RFC 7636 §4.6, OIDC Core §3.1.3).

Every wrong combination of code, client, redirect URI and verifier gets one identical answer. The code is spent by a conditional
UPDATE in the same transaction that writes the token, so of fifty parallel requests one is served, and a failure between the
two leaves neither.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import BigAutoField, CharField, DateTimeField, UUIDField
from django.utils.translation import gettext as _

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.core.statements import Given, Select, Update
from idp.core.types import Schema
from idp.login.selectors import hold_unended_session, holds_unended_session
from idp.oidc.jose import keys
from idp.oidc.jose.id_token import prepared_id_token
from idp.oidc.jose.requested_claims import recorded_claims
from idp.oidc.logout.participants import note_participant
from idp.oidc.models import AuthorizationCode, Client
from idp.oidc.models.session_bound import recorded_context
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens.grants.response import TokenResponse
from idp.oidc.tokens.issue import PreparedToken, audience_of, narrowed_resources, prepared_access_token
from idp.oidc.tokens.issue_refresh import issue_first_refresh_token, wants_refresh_token
from idp.oidc.tokens.revoke import revoke_family

# RFC 7636 §4.1: 43 to 128 unreserved characters; a shorter one could be guessed.
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


# --- Its two statements -------------------------------------------------------------------------------------------------
_by_checksum = Select(
    lambda: (
        AuthorizationCode.objects.select_related("user")
        .filter(code=Given("checksum", CharField()))
        .annotate(**keys.signing_kid(Given("algorithm", CharField())))
    )
)
_moment = Given("moment", DateTimeField())
_spent_once = Update(
    lambda: AuthorizationCode.objects.filter(
        holds_unended_session(sid=Given("sid", UUIDField())), pk=Given("code", BigAutoField()), exchanged_at=None
    ),
    exchanged_at=_moment,
    updated=_moment,
)


class CodeExchange(Schema):
    """What the client sends besides its credentials."""

    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""


@implements("RFC 6749", "4.1.3")
def exchange_code(*, client: Client, request: CodeExchange, resources: tuple[str, ...] = ()) -> TokenResponse:
    """Spend the code and issue, for those of its resources that are asked for. Raises `OAuthError` invalid_grant or _target."""
    code = _find(request.code, client)
    if code is None or not _is_presented_rightly(code, client, request):
        raise _invalid_grant()
    if code.exchanged_at is not None:
        # A replay tells of a leak however late it comes, so it is judged before the code's age.
        _punish_replay(code, client)
        raise _invalid_grant()
    context = recorded_context(code, user_id=code.user_id)
    if code.expires <= clock.now() or context is None or not code.user.is_active:
        raise _invalid_grant()

    scopes = tuple(code.scope.split())
    resources = narrowed_resources(granted=tuple(code.resource) or client.default_resources, asked=resources)
    # Whatever can be missing is looked for before the code is spent.
    sign = _id_token_signer(code, client, scopes, context)
    prepared = _prepared(code, client, context, audience_of(scopes=scopes, resources=resources))
    with transaction.atomic():
        spent = _spend(code, context)
        # A session that an act ended makes no thief of whoever comes late.
        if not spent and not hold_unended_session(sid=context.sid):
            raise _invalid_grant()
        issued = prepared.store() if spent else None
        refresh_token = _first_refresh_token(code, client, scopes, context) if spent else ""
        if spent:
            note_participant(client=client, sid=context.sid, scopes=scopes)
    if issued is None:
        _punish_replay(code, client)
        raise _invalid_grant()
    # Signing needs no transaction and must not hold one open.
    return TokenResponse(access=issued, id_token=sign(issued.value), refresh_token=refresh_token)


def _find(value: str, client: Client) -> AuthorizationCode | None:
    """One SELECT with the person and the `kid` that would sign for this client, and none for a value we never minted."""
    if not token_format.is_ours(value, token_format.Kind.AUTHORIZATION_CODE):
        return None
    return _by_checksum.first(checksum=token_format.checksum(value), algorithm=client.id_token_signed_response_alg)


@implements("OIDC Core", "16.11")
def _is_presented_rightly(code: AuthorizationCode, client: Client, request: CodeExchange) -> bool:
    """Whether client, redirect URI and verifier are those the code was issued for; all three are always compared."""
    same_client = code.application_id == client.pk
    same_redirect = hmac.compare_digest(code.redirect_uri.encode(), request.redirect_uri.encode())
    return same_client & same_redirect & _verifier_matches(code.code_challenge or "", request.code_verifier)


@implements("RFC 7636", "4.6")
def _verifier_matches(challenge: str, verifier: str) -> bool:
    """S256 only. A verifier without a challenge is refused as well as the reverse (RFC 9700 §4.8.2)."""
    if not challenge or not verifier:
        return challenge == verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(expected.encode(), challenge.encode())


@implements("RFC 6749", "10.5")
def _spend(code: AuthorizationCode, context: AuthContext) -> bool:
    """The conditional UPDATE that decides a race: true for exactly one caller, ever, and for none once the session was ended.

    It holds the session, as a sign-out does: of the two, one sees what the other did.
    """
    return _spent_once.run(code=code.pk, sid=context.sid, moment=clock.now()) == 1


def _id_token_signer(
    code: AuthorizationCode, client: Client, scopes: tuple[str, ...], context: AuthContext
) -> Callable[[str], str]:
    """What makes the ID token out of the access token; an empty one without `openid`. Raises `Unavailable`."""
    if "openid" not in scopes:
        return lambda _access_token: ""
    return prepared_id_token(
        issuer=settings.IDP_ISSUER,
        user=code.user,
        client=client,
        context=context,
        scopes=scopes,
        nonce=code.nonce,
        requested=recorded_claims(code.requested_claims).id_token,
        kid=code.signing_kid,
    )


def _prepared(code: AuthorizationCode, client: Client, context: AuthContext, audience: tuple[str, ...]) -> PreparedToken:
    return prepared_access_token(
        client=client,
        scopes=tuple(code.scope.split()),
        audience=audience,
        user=code.user,
        context=context,
        family=code.token_family,
        requested_claims=code.requested_claims,
        kid=code.signing_kid,
    )


def _first_refresh_token(code: AuthorizationCode, client: Client, scopes: tuple[str, ...], context: AuthContext) -> str:
    """The first of a chain, where `offline_access` was granted; else ""."""
    if not wants_refresh_token(client, scopes):
        return ""
    return issue_first_refresh_token(
        client=client,
        user=code.user,
        context=context,
        scopes=scopes,
        resources=tuple(code.resource),
        family=code.token_family,
        requested_claims=code.requested_claims,
    )


@implements("RFC 6749", "4.1.2")
def _punish_replay(code: AuthorizationCode, client: Client) -> None:
    """A second valid use means that the code leaked: what the first use got dies too."""
    revoke_family(code.token_family)
    record(event=Event.CODE_REPLAYED, user_id=code.user_id, client_id=client.client_id, sid=code.sid)


def _invalid_grant() -> OAuthError:
    """One answer for every reason, so that nobody learns which part was right."""
    return OAuthError(
        "invalid_grant",
        _(
            "The authorization code is not valid: it is unknown, expired, already used, or was issued for another client, "
            "redirect URI or code verifier. Start the sign-in again."
        ),
    )
