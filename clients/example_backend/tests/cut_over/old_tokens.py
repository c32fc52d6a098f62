"""Tokens as Fashionistar's backend makes them today: signed with its own key (HS256), believed until they run out."""

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from example_backend.shop.models import Shopper


class OldTokenAuthentication(BaseAuthentication):
    """What the cut-over replaces, in the place of SimpleJWT: one signature, one look into the table of users."""

    def authenticate(self, request: Request) -> tuple[Shopper, None] | None:
        """Who calls. Raises: AuthenticationFailed."""
        scheme, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
        if scheme != "Bearer":
            return None
        try:
            read = jwt.decode(token, OctKey.import_key(settings.OLD_TOKEN_KEY), algorithms=["HS256"])
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(read.claims)
            return Shopper.objects.get(sub=read.claims.get("user_id"), is_active=True), None
        except (JoseError, ValueError, Shopper.DoesNotExist) as exc:
            raise AuthenticationFailed from exc

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """So that a refusal is 401."""
        return "Bearer"
