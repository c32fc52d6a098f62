"""What a request says about its client, before anything is believed."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _

from idp.core.errors import OAuthError
from idp.core.specs import implements
from idp.oidc.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.oidc.jose.received import NotAcceptable, Received, read


@dataclass(frozen=True, slots=True)
class Presented:
    """The method used, as registered names go, and what came with it."""

    method: str
    client_id: str
    secret: str = ""
    assertion: Received | None = None
    # For the log: why the credentials cannot be read.
    problem: str = ""


@implements("RFC 6749", "2.3")
def presented_credentials(authorization: str, form: Mapping[str, str]) -> Presented:
    """Exactly one way of naming the client, of header and form. Raises `OAuthError` invalid_request or invalid_client.

    Parameters of the URL are never read here; credentials there are refused by the endpoint (RFC 6749 §2.3.1).
    """
    basic = _basic(authorization)
    body_id, body_secret = form.get("client_id", ""), form.get("client_secret", "")
    # One method at a time: with two, ours and the client's idea of which one counted could differ.
    asserted = "client_assertion" in form or "client_assertion_type" in form
    if (basic is not None) + ("client_secret" in form) + asserted > 1:
        raise OAuthError("invalid_request", _("Use one client authentication method, not two."))
    if basic:
        if body_id and body_id != basic.client_id:
            raise OAuthError("invalid_request", _("The client_id of the body is not the one of the Authorization header."))
        return basic
    if asserted:
        return _asserted(form)
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


@implements("RFC 7521", "4.2")
@implements("RFC 7523", "2.2")
def _asserted(form: Mapping[str, str]) -> Presented:
    """A signed assertion names its client itself; what cannot be read, or says two things, names nobody."""
    method = "private_key_jwt"
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        return Presented(method=method, client_id="", problem="another client_assertion_type")
    try:
        assertion = read(form.get("client_assertion", ""))
    except NotAcceptable as exc:
        return Presented(method=method, client_id="", problem=str(exc))
    named = assertion.claims.get("sub")
    if not isinstance(named, str) or form.get("client_id", named) != named:
        return Presented(method=method, client_id="", problem="the assertion speaks of another client, or of none")
    return Presented(method=method, client_id=named, assertion=assertion)


def invalid_client(description: str, *, detail: str = "") -> OAuthError:
    """401 with a Basic challenge, the only scheme we offer (RFC 6749 §5.2)."""
    headers = {"WWW-Authenticate": 'Basic realm="Fashionistar", charset="UTF-8"'}
    return OAuthError("invalid_client", description, status=401, headers=headers, detail=detail)
