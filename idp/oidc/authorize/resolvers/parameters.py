"""Parameters from the query of a GET or the form of a POST (OIDC Core §3.1.2.1), as sent, repeated ones included."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from idp.core import api_ingress
from idp.core.errors import DisplayedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest

# Characters. The longest value by far is an id_token_hint, which is read and not kept.
_LONGEST_VALUE = 8192
# `state` is kept until the sign-in ends, for anybody who asks; what would flood the request store is refused.
_LONGEST_STATE = 2048


@implements("OIDC Core", "3.1.2.1")
def from_query_or_form(request: HttpRequest) -> AuthorizationRequest:
    """The bare request. Raises `DisplayedError` for another body type, or values nobody could store."""
    if request.method == "POST" and not api_ingress.is_form(request):
        raise DisplayedError("invalid_request", str(_("Send the parameters as application/x-www-form-urlencoded.")))
    source = request.POST if request.method == "POST" else request.GET
    # RFC 6749 §3.1: a parameter sent without a value is treated as if it were omitted.
    given = {name: tuple(value for value in source.getlist(name) if value) for name in source}
    # PostgreSQL stores no NUL, and no parameter may hold one (RFC 6749 Appendix A).
    if any("\0" in value or len(value) > _LONGEST_VALUE for values in given.values() for value in values):
        raise DisplayedError("invalid_request", str(_("A parameter is longer than we read, or is not text.")))
    if any(len(value) > _LONGEST_STATE for value in given.get("state", ())):
        raise DisplayedError("invalid_request", str(_("state is longer than the 2048 characters that we keep.")))
    return AuthorizationRequest(parameters={name: values for name, values in given.items() if values})
