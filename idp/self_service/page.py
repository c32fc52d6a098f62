"""What the pages below `/account/` share: how they are rendered, and where they lead."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from idp.accounts.models import User
from idp.authenticators.selectors import accepted_passkeys
from idp.core.errors import IdpError, Text
from idp.core.http import SeeOther
from idp.login.addresses import ENTRANCE

SAVED = "saved"


def told_to_browser(request: HttpRequest, user: User) -> dict[str, object]:
    """Part of a page whose change shows in the browser's own list of passkeys: said once it was made (WebAuthn L3 §5.1.10)."""
    return {"accepted": json.dumps(accepted_passkeys(user))} if SAVED in request.GET else {}


def sign_in_again(request: HttpRequest) -> str:
    """Where a proof too old is renewed; leads back to this page."""
    return f"{ENTRANCE}?{urlencode({'next': request.path, 'fresh': 1})}"


def saved(request: HttpRequest) -> HttpResponse:
    """The same page by GET, which says that it was done: a reload repeats nothing."""
    return SeeOther(f"{request.path}?{SAVED}")


def rendered(
    request: HttpRequest,
    template: str,
    *,
    heading: Text,
    intro: Text = "",
    context: Mapping[str, object] | None = None,
    refused: IdpError | None = None,
    done: Text = "",
) -> HttpResponse:
    """The page; a refusal as its alert and beside its fields, or the sentence of what was just done."""
    alert = {"kind": "success", "text": done} if SAVED in request.GET and done else None
    shown = {
        "page": {"title": heading, "heading": heading, "intro": intro},
        "client_name": "",
        "alert": alert if refused is None else {"kind": "error", "text": refused.message},
        "errors": {} if refused is None else dict(refused.fields),
    }
    response = render(request, template, {**(context or {}), **shown}, status=200 if refused is None else refused.status)
    if refused is not None and refused.retry_after is not None:
        response["Retry-After"] = str(refused.retry_after)
    return response
