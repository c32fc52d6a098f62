"""Writes the authorization code and returns its only copy in clear (RFC 6749 §4.1.2)."""

from dataclasses import replace

from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.core.statements import insert
from idp.login.acr import meets, reachable_acrs
from idp.oidc import lifetimes
from idp.oidc.authorize.request import AuthorizationRequest
from idp.oidc.models import AuthorizationCode, Client
from idp.oidc.models.session_bound import session_columns
from idp.oidc.tokens import format as token_format


@implements("RFC 6749", "4.1.2")
def issue_code(*, request: AuthorizationRequest, client: Client, context: AuthContext) -> str:
    """One INSERT; the code lives 60 seconds and remembers the sign-in it stands for."""
    value = token_format.mint(token_format.Kind.AUTHORIZATION_CODE, handle=client.handle)
    row = AuthorizationCode(
        code=token_format.checksum(value),
        application=client,
        user_id=context.user_id,
        expires=clock.now() + clock.seconds(lifetimes.code_seconds()),
        redirect_uri=request.redirect_uri,
        scope=" ".join(request.scopes),
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        code_challenge_method="S256" if request.code_challenge else "",
        resource=list(request.resources),
        # What was asked and allowed travels with the code; the token endpoint knows nothing of the request.
        requested_claims=request.claims.column(),
        **session_columns(replace(context, acr=told_acr(context.acr, request.essential_acrs))),
    )
    insert(row)
    return value


def take_back(code: str) -> None:
    """One DELETE, of a code that nobody was told."""
    AuthorizationCode.objects.filter(code=token_format.checksum(code)).delete()


@implements("OIDC Core", "5.5.1.1")
def told_acr(reached: str, essential: tuple[str, ...]) -> str:
    """The level that is told: where some are essential, one of those, even when the sign-in reached a higher one.

    Whoever asks for `aal1` and compares what comes back would refuse an `aal2` it did not ask for.
    """
    return next((acr for acr in reversed(reachable_acrs()) if acr in essential and meets(reached=reached, required=acr)), reached)
