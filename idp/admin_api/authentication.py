"""Who calls the admin API: as for the account API, and pages of the calling client may read the answer across origins."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request

from idp.account_api.authentication import BearerAuthentication, Caller, SessionAuthentication
from idp.accounts.models import User
from idp.oidc import cors
from idp.oidc.tokens.resource_server import presenting_client


class StaffBearer(BearerAuthentication):
    """An access token. Its client's own pages may read also that it is dead; no other page may read anything."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """As the account API. Raises `OAuthError` 400 or 401."""
        client = presenting_client(request._request)  # DRF offers no other way to the request below
        if client is not None:
            cors.allow_for(request._request, client)  # as above
        return super().authenticate(request)


class StaffBearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # has no annotations
    """How the API document names it."""

    target_class = StaffBearer
    name = "staffAccessToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """OpenAPI's security scheme."""
        described = "An access token of a member of staff, with the scopes openid and admin and acr aal2 or phr."
        return {"type": "http", "scheme": "bearer", "description": described}


WAYS_IN = (StaffBearer, SessionAuthentication)
