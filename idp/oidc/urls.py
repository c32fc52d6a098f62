"""Addresses of the protocol: documents, endpoints for programs, pages for people."""

from django.urls import path, re_path

from idp.oidc.authorize.consent import consent
from idp.oidc.authorize.dispatch import dispatch
from idp.oidc.authorize.select_account import select_account
from idp.oidc.authorize.view import authorize
from idp.oidc.endpoints.discovery import discovery
from idp.oidc.endpoints.end_session import end_session, logout_confirm, signed_out
from idp.oidc.endpoints.introspection import introspect
from idp.oidc.endpoints.jwks import jwks
from idp.oidc.endpoints.revocation import revoke
from idp.oidc.endpoints.token import token
from idp.oidc.endpoints.userinfo import userinfo

app_name = "oidc"

# An id we made: 32 random bytes. Anything else is not found, and never reaches the cache.
_UID = r"(?P<uid>[A-Za-z0-9_-]{43})"
# The same after the handle of the client that the interaction is for.
_INTERACTION = r"(?P<uid>[a-z2-7]{8}-[A-Za-z0-9_-]{43})"

urlpatterns = [
    # Endpoints for programs: JSON in the RFCs' own shapes.
    path("oauth2/token", token, name="token"),
    path("oauth2/introspect", introspect, name="introspect"),
    path("oauth2/revoke", revoke, name="revoke"),
    path("oauth2/userinfo", userinfo, name="userinfo"),
    # Pages for people: where a client sends the browser, and what follows.
    path("oauth2/authorize", authorize, name="authorize"),
    re_path(rf"^interaction/{_INTERACTION}$", dispatch, name="interaction"),
    re_path(rf"^interaction/{_INTERACTION}/account$", select_account, name="select_account"),
    re_path(rf"^interaction/{_INTERACTION}/consent$", consent, name="consent"),
    path("oauth2/logout", end_session, name="end_session"),
    re_path(rf"^oauth2/logout/{_UID}$", logout_confirm, name="logout_confirm"),
    path("oauth2/signed-out", signed_out, name="signed_out"),
    # Documents: the same for everybody, cacheable.
    path(".well-known/openid-configuration", discovery, name="discovery"),
    path(".well-known/oauth-authorization-server", discovery, name="oauth_metadata"),
    path("oauth2/jwks", jwks, name="jwks"),
]
