"""The one way OAuth endpoints are posted to (RFC 6749 §3.2): a urlencoded form, each parameter once, nothing in the URL."""

from collections.abc import Mapping
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel

from idp.core import api_ingress
from idp.core.errors import InvalidInput, OAuthError
from idp.core.specs import implements
from idp.oidc import cors

Model = TypeVar("Model", bound=BaseModel)


@implements("RFC 6749", "3.2")
def endpoint_form(request: HttpRequest, *, repeatable: str = "") -> dict[str, str]:
    """The form's parameters but the `repeatable` one; empty ones count as not sent. Raises `OAuthError` invalid_request."""
    try:
        return _well_formed(request, repeatable)
    except OAuthError:
        # A developer's own page must be able to read what is wrong with its request.
        cors.allow_registered(request)
        raise


def _well_formed(request: HttpRequest, repeatable: str) -> dict[str, str]:
    if request.method != "POST":
        raise OAuthError("invalid_request", _("Use POST here."), status=405, headers={"Allow": "POST"})
    if not api_ingress.is_form(request):
        raise OAuthError("invalid_request", _("Send the parameters as application/x-www-form-urlencoded."))
    if request.GET:
        raise OAuthError("invalid_request", _("Send the parameters in the body, not in the URL."))
    try:
        values = api_ingress.single_valued(request.POST, but=repeatable)
    except InvalidInput as exc:
        raise OAuthError("invalid_request", _("A parameter was sent twice."), detail=exc.detail) from exc
    return sent_values(values)


@implements("RFC 6749", "3.2")
def sent_values(values: Mapping[str, str]) -> dict[str, str]:
    """A parameter without a value is treated as omitted. An empty secret must stay visible: it is refused."""
    return {name: value for name, value in values.items() if value or name == "client_secret"}


def repeated(request: HttpRequest, name: str) -> tuple[str, ...]:
    """The values of the one parameter that may stand there several times, each once, in the order sent."""
    return tuple(dict.fromkeys(value for value in request.POST.getlist(name) if value))


def picked(form: dict[str, str], model: type[Model]) -> Model:
    """The members `model` knows; unknown parameters are ignored as RFC 6749 §3.2 asks. Raises `OAuthError`."""
    try:
        return api_ingress.parsed({name: form[name] for name in model.model_fields if name in form}, model)
    except InvalidInput as exc:
        raise OAuthError("invalid_request", _("A parameter is not valid: %(names)s.") % {"names": ", ".join(exc.fields)}) from exc
