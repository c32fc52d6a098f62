"""Gives every request an id that the answer, the error page and each log line share, and writes one line per request.

The id is always ours: one taken from the caller could be forged to confuse the log.
"""

import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from functools import lru_cache

import structlog
from django.http import HttpRequest, HttpResponse

from idp.core import clock

logger = logging.getLogger("idp.request")

# The attribute of a record that is a whole line already (`idp.config.logging`).
RENDERED = "rendered"
_EVENT = "request answered"
# Where it stands in the environment of a request (WSGI), out of reach of what a caller sends.
REQUEST_ID = "IDP_REQUEST_ID"

# RFC 9110 §9.1 and RFC 5789.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
# Methods and routes there are; more than a server has.
_ROUTES = 2048


class RequestLine:
    """One request: its id, and its line in the log. Begun before anything else is done for it."""

    def __init__(self, identifier: str | None = None) -> None:
        """Take a new id, or one that was given to this request before, and bind it to every line that this thread writes."""
        self.identifier = identifier or secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=self.identifier)
        self._started = time.perf_counter()

    def write(self, *, method: str | None, route: str, status: int) -> None:
        """The route, not the path: a path may hold an interaction id, and a query may hold a code.

        Rendered here, where everything in it is known to be harmless: to have it collected, judged and rendered like any other
        line cost more than an introspection.
        """
        if not logger.isEnabledFor(logging.INFO):
            return
        duration = round((time.perf_counter() - self._started) * 1000, 1)
        # A method that is the caller's text is redacted on the long way.
        if method not in _METHODS:
            facts = {"method": method, "route": route, "status": status, "duration_ms": duration}
            logger.info(_EVENT, extra=facts)
            return

        # The line.
        known, template = _known(method, route)
        moment = clock.now()
        at, created = moment.isoformat().removesuffix("+00:00"), moment.timestamp()
        rendered = (
            f'{{"event": "{_EVENT}", "request_id": "{self.identifier}", {known}, "status": {status}, "duration_ms": {duration}, '
            f'"timestamp": "{at}Z"}}'
        )

        # Its record, for whatever handlers there are.
        record = logging.LogRecord.__new__(logging.LogRecord)
        vars(record).update(template)
        vars(record).update(
            {"status": status, "duration_ms": duration, "created": created, "msecs": created % 1 * 1000, RENDERED: rendered}
        )
        logger.handle(record)


@lru_cache(maxsize=_ROUTES)
def _known(method: str, route: str) -> tuple[str, Mapping[str, object]]:
    """What is the same in each line of a route, which is a text of ours; and in each record, whose making costs as much again."""
    members = {"logger": logger.name, "level": "info", "method": method, "route": route}
    extra = {"method": method, "route": route}
    record = logger.makeRecord(logger.name, logging.INFO, __file__, 0, _EVENT, (), None, extra=extra)
    # The next one is another thread's.
    return json.dumps(members)[1:-1], {**vars(record), "thread": None, "threadName": None}


class RequestContextMiddleware:
    """Binds the request id, then logs method, route, status and duration (milliseconds); never the query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `X-Request-ID` set."""
        # What stands in front of Django may have given it one, and written of it.
        line = RequestLine(request.META.get(REQUEST_ID))
        request.META[REQUEST_ID] = line.identifier

        response = self.get_response(request)

        response["X-Request-ID"] = line.identifier
        # Of every refusal Django would write a line with the path; ours below says the same without it.
        setattr(response, "_has_been_logged", True)  # noqa: B010 - an attribute its stubs do not know
        match = request.resolver_match
        line.write(method=request.method, route=match.route if match else "unmatched", status=response.status_code)
        return response


def request_id(request: HttpRequest | None) -> str:
    """The id of this request, or "-" outside one."""
    return str(request.META.get(REQUEST_ID, "-")) if request is not None else "-"
