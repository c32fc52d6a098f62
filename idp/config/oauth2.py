"""django-oauth-toolkit's settings: each line with its reason.

Most of these rules are enforced again by our own endpoints. They stand here too because DOT's models and its system checks
read them: whoever mounts a DOT view later meets the same policy.
"""

from typing import Any


def _(words: str) -> str:
    """Marks a sentence for translation. Not Django's own: that asks the settings, which are being made here."""
    return words


# What a client may ask for, in words the consent page shows in the language of its reader. OpenID Connect's own scopes first
# (OIDC Core §5.4, §11), then one scope per domain of Fashionistar's API.
SCOPES: dict[str, str] = {
    "openid": _("Sign you in"),
    "profile": _("See your name and profile"),
    "email": _("See your e-mail address"),
    "phone": _("See your phone number"),
    "address": _("See your postal address"),
    "offline_access": _("Stay signed in when you are away"),
    "roles": _("See which kind of account you have"),
    "catalog": _("Browse the catalogue for you"),
    "cart": _("See and change your cart"),
    "orders": _("See and place your orders"),
    "wallet": _("See your wallet"),
    "payments": _("Make payments for you"),
    "vendor": _("Manage your shop"),
    "client": _("Manage your shopper profile"),
    "kyc": _("See and submit your identity documents"),
    "measurements": _("See and change your measurements"),
    "chat": _("Read and write your chats"),
    "notifications": _("See and manage your notifications"),
    "support": _("Handle support requests"),
    "admin": _("Administer Fashionistar"),
}


def oauth2_provider(*, issuer: str) -> dict[str, Any]:
    """The OAUTH2_PROVIDER dictionary for this issuer."""
    return {
        # The issuer is configuration, never the Host header (RFC 8414 §2).
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": issuer,
        "SCOPES": SCOPES,
        "SCOPES_BACKEND_CLASS": "idp.oidc.provider.scopes.ScopesPerClient",
        # Nothing is granted that was not asked for.
        "DEFAULT_SCOPES": [],
        # RFC 9700: every behaviour gate closed.
        "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
        "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
        "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
        "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
        "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
        "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
        "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
        "PKCE_REQUIRED": True,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "ROTATE_REFRESH_TOKEN": True,
        "ALLOW_URI_WILDCARDS": False,
        # http is for loopback redirects of native apps and the demo only; the registration schema refuses the rest.
        "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],
        # Lives, in seconds: a code is used at once; an access token is short because a resource server may keep it.
        "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
        "ID_TOKEN_EXPIRE_SECONDS": 300,
        "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 3600,
        # The refresh repeat window is our own (hashed storage forbids DOT's).
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
        "OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS": False,
        "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": True,
        "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    }
