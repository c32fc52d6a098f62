"""What a request says about its client, before anything is believed."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.http import HttpRequest
from django.utils.translation import gettext as _

from idp.core.errors import OAuthError
from idp.core.specs import implements


@dataclass(frozen=True, slots=True)
class Presented:
    """The method used, as registered names go, and what came with it."""

    method: str
    client_id: str
    secret: str = ""


@implements("RFC 6749", "2.3")
def presented_credentials(request: HttpRequest, form: Mapping[str, str]) -> Presented:
    """Exactly one way of naming the client. Raises `OAuthError` invalid_request or invalid_client.

    Parameters of the URL are never read here; credentials there are refused by the endpoint (RFC 6749 §2.3.1).
    """
    basic = _basic(request.headers.get("Authorization", ""))
    body_id, body_secret = form.get("client_id", ""), form.get("client_secret", "")
    if "client_assertion" in form or "client_assertion_type" in form:
        raise invalid_client(_("This client authentication method is not supported here."))
    if basic and "client_secret" in form:
        raise OAuthError("invalid_request", _("Use one client authentication method, not two."))
    if basic:
        if body_id and body_id != basic.client_id:
            raise OAuthError("invalid_request", _("The client_id of the body is not the one of the Authorization header."))
        return basic
    if not body_id:
        raise invalid_client(_("The client did not say who it is."))
    if "client_secret" in form:
        return Presented(method="client_secret_post", client_id=body_id, secret=body_secret)
    return Presented(method="none", client_id=body_id)


def _basic(header: str) -> Presented | None:
    """HTTP Basic with both halves form-encoded first (RFC 6749 §2.3.1). Raises `OAuthError` when it is malformed."""
    scheme, _separator, encoded = header.partition(" ")
    if not header or scheme.lower() == "bearer":
        return None
    if scheme.lower() != "basic":
        raise invalid_client(_("This Authorization scheme is not supported here."))
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as exc:
        raise invalid_client(_("The Authorization header could not be read."), detail=type(exc).__name__) from exc
    identifier, separator, secret = pair.partition(":")
    if not separator or not identifier:
        raise invalid_client(_("The Authorization header could not be read."))
    return Presented(method="client_secret_basic", client_id=unquote_plus(identifier), secret=unquote_plus(secret))


def invalid_client(description: str, *, detail: str = "") -> OAuthError:
    """401 with a Basic challenge, the only scheme we offer (RFC 6749 §5.2)."""
    headers = {"WWW-Authenticate": 'Basic realm="Fashionistar", charset="UTF-8"'}
    return OAuthError("invalid_client", description, status=401, headers=headers, detail=detail)
