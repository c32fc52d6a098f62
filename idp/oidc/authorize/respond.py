"""How an answer reaches the client: its own redirect URI, its own query kept, `state` and `iss` always beside it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings

from idp.core.errors import RedirectedError
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest


def with_code(request: AuthorizationRequest, code: str) -> SeeOther:
    """The successful answer (RFC 6749 §4.1.2)."""
    return _redirect(request, {"code": code})


def with_error(request: AuthorizationRequest, error: RedirectedError) -> SeeOther:
    """The refusal (RFC 6749 §4.1.2.1)."""
    return _redirect(request, {"error": error.error, "error_description": error.description})


@implements("RFC 9207", "2")
def _redirect(request: AuthorizationRequest, answer: Mapping[str, str]) -> SeeOther:
    """303 to the client, so that a browser never re-sends what was posted to us (RFC 9700 §4.12)."""
    members = {**answer, **({"state": request.state} if request.state else {}), "iss": settings.IDP_ISSUER}
    # RFC 6749 §3.1.2: a query the registration carries is kept.
    joint = "&" if "?" in request.redirect_uri else "?"
    return SeeOther(f"{request.redirect_uri}{joint}{urlencode(members)}")
