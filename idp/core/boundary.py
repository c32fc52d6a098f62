"""The one place where an exception becomes an answer. Called by middleware, by DRF and by Django's error handlers.

It finds the meaning (`meaning.py`), logs once with the request id, and dresses it in one of three skins:

* `Skin.OAUTH`    the RFC 6749 §5.2 body `{"error", "error_description"}`
* `Skin.ENVELOPE` the JSON envelope of `/api/*`
* `Skin.PAGE`     a page with heading, sentence, next action and reference; never a stack trace

`guard` offers the same promise to code that runs outside Django's handler. `except Exception` exists in this file only.
"""

import enum
import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from idp.core import envelope, errors
from idp.core.error_page import bare_page, page_context
from idp.core.errors import IdpError, OAuthError
from idp.core.meaning import meaning_of, status_of
from idp.core.request_context import request_id

logger = logging.getLogger("idp.boundary")

P = ParamSpec("P")
T = TypeVar("T")
Answer = TypeVar("Answer", bound=HttpResponse)
View = TypeVar("View", bound=Callable[..., HttpResponse])


class Skin(enum.Enum):
    """How an error is dressed for this route."""

    OAUTH = "oauth"
    ENVELOPE = "envelope"
    PAGE = "page"


def speaks(skin: Skin) -> Callable[[View], View]:
    """Declare the skin of a view; without it a view speaks pages."""

    def mark(view: View) -> View:
        view.skin = skin  # type: ignore[attr-defined]  # read back by `skin_of`
        return view

    return mark


def skin_of(request: HttpRequest) -> Skin:
    """The skin of the matched view; before a match (404, bad Host) the address decides."""
    match = request.resolver_match
    declared = getattr(match.func, "skin", None) if match else None
    if isinstance(declared, Skin):
        return declared
    if request.path.startswith("/api/"):
        return Skin.ENVELOPE
    unmatched_protocol = match is None and request.path.startswith(("/oauth2/", "/.well-known/"))
    return Skin.OAUTH if unmatched_protocol else Skin.PAGE


def answer(request: HttpRequest, exc: BaseException) -> HttpResponse:
    """The readable answer to `exc` in the skin of this route; logs once."""
    error = meaning_of(exc)
    _log(error, exc, request_id(request))
    response = {Skin.OAUTH: _oauth_body, Skin.ENVELOPE: _envelope_body, Skin.PAGE: _page}[skin_of(request)](request, error)
    return _logged(_finished(response, error))


def bare_answer(error: IdpError) -> HttpResponse:
    """The same outside Django's handler, to `on_error` of `guard`: without a request there is only the body for programs."""
    return _finished(_oauth_body(None, error), error)


def _finished(response: HttpResponse, error: IdpError) -> HttpResponse:
    """With the error's headers, and kept by nobody."""
    for header, value in {**_headers(error), "Cache-Control": "no-store"}.items():
        response[header] = value
    return response


def _logged(response: Answer) -> Answer:
    """Tell Django that this answer is logged: it would write a second line, with the path, which may hold an id."""
    setattr(response, "_has_been_logged", True)  # noqa: B010 - an attribute its stubs do not know
    return response


def _headers(error: IdpError) -> dict[str, str]:
    """The error's own headers, and when to come back (seconds)."""
    return {**error.headers, **({"Retry-After": str(error.retry_after)} if error.retry_after is not None else {})}


def _log(error: IdpError, exc: BaseException, reference: str) -> None:
    """Faults of ours with their trace, refusals in one line."""
    status = status_of(error)
    facts = {"code": error.public_code, "status": status, "reference": reference, "detail": error.detail}
    if status >= 500:
        logger.error("request failed", extra=facts, exc_info=exc)
    else:
        logger.info("request refused", extra=facts)


# RFC 6749 §5.2 and §4.1.2.1 names for errors that have none of their own.
_OAUTH_NAMES = {401: "invalid_token", 403: "access_denied", 500: "server_error", 503: "temporarily_unavailable"}


def _oauth_body(_request: HttpRequest | None, error: IdpError) -> HttpResponse:
    """RFC 6749 §5.2: JSON, no-store, always with a description a developer can act on."""
    status = status_of(error)
    name = error.error if isinstance(error, OAuthError) else _OAUTH_NAMES.get(status, "invalid_request")
    response = JsonResponse({"error": name, "error_description": errors.rfc6749_text(str(error.message))}, status=status)
    response["Pragma"] = "no-cache"
    return response


def _envelope_body(request: HttpRequest, error: IdpError) -> HttpResponse:
    return JsonResponse(envelope.failure(error, request_id=request_id(request)), status=status_of(error))


def _page(request: HttpRequest, error: IdpError) -> HttpResponse:
    """A page with heading, sentence and reference; if even the template fails, plain HTML with the same words."""
    context = page_context(error, request_id(request))
    # A fault in the template must not take the sentence with it.
    try:
        body: str = render_to_string("errors/error.html", context, request=request)
    except Exception:
        logger.exception("the error page itself failed", extra={"reference": request_id(request)})
        body = bare_page(str(context["page"]["heading"]), str(error.message), error.public_code, request_id(request))
    return HttpResponse(body, status=status_of(error))


class BoundaryMiddleware:
    """Hands every exception of a view to `answer`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give Django's bare 405 (`require_POST` and class-based views) a sentence; exceptions go the other way."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        refused = answer(request, errors.MethodNotAllowed(detail=f"{request.method} is not among {response['Allow']}"))
        refused["Allow"] = response["Allow"]
        return refused

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        """Django calls this when a view raised."""
        return answer(request, exception)


def drf_exception_handler(exc: Exception, context: dict[str, Any]) -> Response:
    """DRF's EXCEPTION_HANDLER: the envelope as data, so that DRF renders it like any answer of the API."""
    request: HttpRequest = context["request"]._request
    error = meaning_of(exc)
    _log(error, exc, request_id(request))
    headers = _headers(error)
    challenge = getattr(exc, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    body = envelope.failure(error, request_id=request_id(request))
    return _logged(Response(body, status=status_of(error), headers=headers))


def handler_refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, handler403 and handler404."""
    return answer(request, exception)


def handler_failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a fault in middleware, where no `process_exception` reaches."""
    return answer(request, sys.exc_info()[1] or errors.Unexpected())


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: says what to do instead of naming tokens and cookies, and offers it."""
    return answer(
        request,
        errors.Forbidden(
            _("This page was open for too long, or you signed in or out in another tab. Please reload it and try again."),
            code="csrf_failed",
            detail=reason,
            # A form of ours is shown by a GET of the address it is sent to; opening it afresh does no harm.
            action=errors.Action(label=_("Reload the page"), url=request.get_full_path()),
        ),
    )


def guard(
    run: Callable[P, T], *, on_error: Callable[Concatenate[IdpError, P], T], reference: Callable[P, str] | None = None
) -> Callable[P, T]:
    """The same promise outside Django's handler (worker loop, WSGI callable): log once, then `on_error(error, *args)`.

    `reference` names the request, where there is one.
    """

    @wraps(run)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return run(*args, **kwargs)
        except Exception as exc:
            error = meaning_of(exc)
            _log(error, exc, reference(*args, **kwargs) if reference else "-")
            return on_error(error, *args, **kwargs)

    return guarded
