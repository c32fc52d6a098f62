"""The seam to Django REST framework: header in, (request.user, request.auth) out.

First stage a DRF view reaches. Name it in DEFAULT_AUTHENTICATION_CLASSES, before any other class, because DRF takes
the WWW-Authenticate of a 401 from the first one.
"""

from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from fashionistar_auth.bearer import MalformedCredentials, bearer_challenge, read_bearer_token
from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import get_settings
from fashionistar_auth.errors import InvalidToken
from fashionistar_auth.users import Principal, principal_of
from fashionistar_auth.validation import validate


class BearerTokenAuthentication(BaseAuthentication):
    """Accepts an access token that `validation` calls valid and meant for this service."""

    def authenticate(self, request: Request) -> tuple[Principal, TokenClaims] | None:
        """Return who calls and with which claims; None when the request carries no Bearer token.

        Raises: InvalidToken, ProviderUnavailable, AccountUnknown, AccountInactive, AccountConflict.
        """
        realm = get_settings().resource
        # RFC 6750 section 2.1 is the only way in: the query and the body are not looked at.
        try:
            token = read_bearer_token(cast("str", request.META.get("HTTP_AUTHORIZATION", "")))
        except MalformedCredentials as exc:
            raise InvalidToken(realm=realm) from exc
        if token is None:
            return None

        claims = validate(token)
        if claims is None:
            raise InvalidToken(realm=realm)
        return principal_of(claims), claims

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """The challenge for a request that brought no token: no error code (RFC 6750 section 3.1)."""
        return bearer_challenge(get_settings().resource)
