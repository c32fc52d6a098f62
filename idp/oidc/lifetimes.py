"""How long codes and tokens live, in seconds, from the one place that sets it (`idp/config/oauth2.py`)."""

from django.conf import settings


def code_seconds() -> int:
    """An authorization code (RFC 6749 §4.1.2 recommends at most ten minutes; ours is one)."""
    return int(settings.OAUTH2_PROVIDER["AUTHORIZATION_CODE_EXPIRE_SECONDS"])


def access_token_seconds() -> int:
    """An access token."""
    return int(settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"])


def id_token_seconds() -> int:
    """An ID token: read once by the client, right after the exchange."""
    return int(settings.OAUTH2_PROVIDER["ID_TOKEN_EXPIRE_SECONDS"])
