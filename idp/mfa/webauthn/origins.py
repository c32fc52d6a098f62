"""Which site a passkey belongs to, and the pages and apps in which it may be used (WebAuthn L3 §5.1.2, §7.1 step 9).

The site is the issuer's host and never changes: a passkey made for one host is of no use at another. The environment adds other
origins of ours (related origins) and Android apps, whose origin is the certificate they are signed with.
"""

import base64
from urllib.parse import urlsplit

from django.conf import settings

from idp.core.specs import implements


def rp_id() -> str:
    """The relying party id: the issuer's host name, without scheme and port."""
    return urlsplit(settings.IDP_ISSUER).hostname or ""


def related_origins() -> tuple[str, ...]:
    """Origins of other sites of ours, as `/.well-known/webauthn` tells browsers."""
    return tuple(settings.IDP_PASSKEY_RELATED_ORIGINS)


@implements("WebAuthn L3", "7.1")
def allowed_origins() -> tuple[str, ...]:
    """Every value of `origin` in client data that is accepted: our own pages, related ones, Android apps.

    An iOS app speaks with our own https origin, so it needs no entry.
    """
    apps = dict.fromkeys(_android_origin(fingerprint) for _package, fingerprint in settings.IDP_ANDROID_APPS)
    return (settings.IDP_ISSUER, *related_origins(), *apps)


def _android_origin(fingerprint: str) -> str:
    """As Android's Credential Manager names the caller: the SHA-256 of its certificate in base64url without padding."""
    digest = bytes.fromhex(fingerprint.replace(":", ""))
    return f"android:apk-key-hash:{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
