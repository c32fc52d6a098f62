"""The sentence a person reads for each failure DRF raises by itself; our own errors bring theirs (`errors`)."""

from collections.abc import Callable

from rest_framework import exceptions

NOT_FOUND = "There is nothing at this address, or it is not yours to see."
FORBIDDEN = "You are signed in, but this is not something you may do."
BAD_REQUEST = "This request could not be understood. Please check it and try again."
SERVER_ERROR = "Something went wrong on our side. Please try again; if it persists, send us the reference."


def method_not_allowed(method: str | None) -> str:
    """Sentence for 405."""
    return f"This address does not accept {method or 'such'} requests."


def _throttled(exc: exceptions.APIException) -> str:
    seconds = getattr(exc, "wait", None)
    return f"Too many requests. Please try again in {seconds or 'a few'} seconds."


def _method_not_allowed(exc: exceptions.APIException) -> str:
    # DRF puts the method into its own sentence only: 'Method "PUT" not allowed.'
    quoted = str(exc.detail).split('"')
    return method_not_allowed(quoted[1] if len(quoted) > 1 else None)


#: Replace DRF's own default texts.
_DEFAULTS: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "Please sign in: this request carried no access token.",
    exceptions.AuthenticationFailed: "Your sign-in was not accepted. Please sign in again.",
    exceptions.PermissionDenied: FORBIDDEN,
    exceptions.NotFound: NOT_FOUND,
    exceptions.NotAcceptable: "This service answers in JSON only. Please ask for application/json.",
    exceptions.APIException: SERVER_ERROR,
}
#: Replace DRF's text always, because it is written for programmers.
_ALWAYS: dict[type[exceptions.APIException], Callable[[exceptions.APIException], str]] = {
    exceptions.ParseError: lambda _: "The body of the request could not be read. Please send well-formed JSON.",
    exceptions.UnsupportedMediaType: lambda _: "The body is of a type this address does not read. Please send JSON.",
    exceptions.MethodNotAllowed: _method_not_allowed,
    exceptions.Throttled: _throttled,
    exceptions.ValidationError: lambda _: "Some of what was sent is not valid. Please correct it and try again.",
}


def sentence_for(exc: exceptions.APIException) -> str:
    """Return the sentence for an exception: ours for DRF's stock texts, the author's own otherwise."""
    for kind, write in _ALWAYS.items():
        if isinstance(exc, kind):
            return write(exc)
    if type(exc) in _DEFAULTS and str(exc.detail) == str(type(exc).default_detail):
        return _DEFAULTS[type(exc)]
    return str(exc.detail) if isinstance(exc.detail, str) else BAD_REQUEST
