"""The WSGI callable granian serves (PEP 3333): Django with the settings of this project, guarded.

Last stop of the start-up: `serve` has judged the environment and migrated before a worker imports this. Django answers its own
exceptions through the boundary; `guard` covers what could still escape it, such as a fault while a request is being built.
"""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from idp.core.errors import IdpError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.config.settings")

django_application = get_wsgi_application()

# They need the settings to be loaded.
from django.conf import settings  # noqa: E402

from idp.core.boundary import bare_answer, guard  # noqa: E402
from idp.core.request_context import REQUEST_ID, RequestLine  # noqa: E402
from idp.fast_path.answer import dressed  # noqa: E402
from idp.fast_path.application import in_front_of  # noqa: E402


def _reference(environ: "WSGIEnvironment", _start_response: "StartResponse") -> str:
    """The id of this request; a new one, if the fault came before it had any."""
    line = RequestLine(environ.get(REQUEST_ID))
    environ[REQUEST_ID] = line.identifier
    return line.identifier


def _last_answer(error: "IdpError", environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """One sentence as JSON, with the headers of every other answer, when no view, middleware or error handler could say it."""
    response = bare_answer(error)
    response["X-Request-ID"] = environ[REQUEST_ID]
    response["Content-Length"] = str(len(response.content))
    start_response(f"{response.status_code} {response.reason_phrase}", list(dressed(response)))
    return [response.content]


def _django(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    return django_application(environ, start_response)


application = guard(in_front_of(_django) if settings.IDP_FAST_PATH else _django, on_error=_last_answer, reference=_reference)
