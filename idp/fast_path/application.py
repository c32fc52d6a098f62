"""In front of Django's WSGI callable (PEP 3333): four addresses are tried here first, everything else passes by."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS, connections

from idp.core.boundary import guard
from idp.core.request_context import REQUEST_ID, RequestLine
from idp.fast_path.answer import Answer, send
from idp.fast_path.documents import discovery, jwks
from idp.fast_path.introspection import introspect
from idp.fast_path.userinfo import userinfo

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from idp.core.errors import IdpError

Read = Callable[["WSGIEnvironment"], Answer | None]


def _left_to_django(_error: "IdpError", _environ: "WSGIEnvironment") -> None:
    """A fault of a read is in the log and costs the caller nothing: Django answers, as if nobody had looked."""


def _reference(environ: "WSGIEnvironment") -> str:
    return str(environ[REQUEST_ID])


def _guarded(read: Read) -> Read:
    return guard(read, on_error=_left_to_django, reference=_reference)


# By path: the route as the log names it, and what may know the answer.
_READS: dict[str, tuple[str, Read]] = {
    "/oauth2/introspect": ("oauth2/introspect", _guarded(introspect)),
    "/oauth2/userinfo": ("oauth2/userinfo", _guarded(userinfo)),
    "/oauth2/jwks": ("oauth2/jwks", _guarded(jwks)),
    "/.well-known/openid-configuration": (".well-known/openid-configuration", _guarded(discovery)),
    "/.well-known/oauth-authorization-server": (".well-known/oauth-authorization-server", _guarded(discovery)),
}

_NO_BODY = ("", "0")


def in_front_of(django: "WSGIApplication") -> "WSGIApplication":
    """The same application, with its reads answered sooner."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        read = _READS.get(environ["PATH_INFO"])
        # A program sends no cookie. To one that means nothing Django answers by taking it back.
        if read is None or environ.get("HTTP_COOKIE"):
            return django(environ, start_response)
        # Left unread, a body would end the connection that the next request comes on. Django reads one of a told length away.
        if "HTTP_TRANSFER_ENCODING" in environ:
            return django(environ, start_response)
        if environ["REQUEST_METHOD"] == "GET" and environ.get("CONTENT_LENGTH", "") not in _NO_BODY:
            return django(environ, start_response)
        route, answer_to = read
        line = RequestLine()
        environ[REQUEST_ID] = line.identifier
        answer = answer_to(environ)
        if answer is None:
            return django(environ, start_response)
        _hand_back()
        return send(answer, line, method=environ["REQUEST_METHOD"], route=route, start_response=start_response)

    return application


def _hand_back() -> None:
    """A connection that threads share (`IDP_DATABASE_POOL`) goes back, as Django sees to at the end of its own requests.

    SQL is asked here once a second. A thread that got no other requests would keep what the others wait for.
    """
    if connections.settings[DEFAULT_DB_ALIAS]["CONN_MAX_AGE"] == 0:
        connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
