"""Documents by which browsers and phones learn which pages and apps belong to this provider. Configured or not there (404).

Each is the same for every caller and needs no Host check, like discovery. Phones fetch them once, when the app is installed.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from idp.core.boundary import Skin, speaks
from idp.core.errors import NotFound
from idp.core.hosts import any_host
from idp.core.specs import implements
from idp.mfa.webauthn.origins import related_origins

_CACHE_SECONDS = 3600
_PASSKEYS = "delegate_permission/common.get_login_creds"
_LINKS = "delegate_permission/common.handle_all_urls"


@any_host
@require_safe
@speaks(Skin.OAUTH)
@implements("WebAuthn L3", "5.11.1")
def webauthn_origins(request: HttpRequest) -> HttpResponse:
    """Other origins whose pages may name our relying party id."""
    origins = related_origins()
    return _document({"origins": list(origins)}, configured=bool(origins))


@any_host
@require_safe
@speaks(Skin.OAUTH)
@implements("RFC 8252", "7.2")
def android_asset_links(request: HttpRequest) -> HttpResponse:
    """Digital Asset Links: for each Android package its certificates, and what it may do here."""
    relations = [_PASSKEYS, *([_LINKS] if settings.IDP_APP_LINK_PATHS else [])]
    statements = [
        {
            "relation": relations,
            "target": {"namespace": "android_app", "package_name": package, "sha256_cert_fingerprints": fingerprints},
        }
        for package, fingerprints in _by_package(settings.IDP_ANDROID_APPS).items()
    ]
    return _document(statements, configured=bool(statements))


@any_host
@require_safe
@speaks(Skin.OAUTH)
@implements("RFC 8252", "7.2")
def apple_app_site_association(request: HttpRequest) -> HttpResponse:
    """Associated domains of Apple's systems: whose passkeys these are, and which addresses open an app."""
    apps = list(settings.IDP_IOS_APPS)
    document: dict[str, Any] = {"webcredentials": {"apps": apps}}
    if settings.IDP_APP_LINK_PATHS:
        components = [{"/": path} for path in settings.IDP_APP_LINK_PATHS]
        document["applinks"] = {"details": [{"appIDs": apps, "components": components}]}
    return _document(document, configured=bool(apps))


def _by_package(apps: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The fingerprints of each package, in the order of the environment."""
    found: dict[str, list[str]] = {}
    for package, fingerprint in apps:
        found.setdefault(package, []).append(fingerprint)
    return found


def _document(content: object, *, configured: bool) -> HttpResponse:
    """The document as JSON. Raises `NotFound` where nothing is configured: an empty one would be a statement too."""
    if not configured:
        raise NotFound
    response = JsonResponse(content, safe=False)
    response["Cache-Control"] = f"public, max-age={_CACHE_SECONDS}"
    return response
