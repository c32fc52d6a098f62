"""Failures outside DRF's reach, in the same envelope: name these as handler400, 403, 404 and 500 in the root urls.

They answer what happens before a view is found (unknown host, unknown path) and after one broke unexpectedly.
"""

import logging
from collections.abc import Sequence

from django.http import HttpRequest, JsonResponse

from fashionistar_auth import sentences
from fashionistar_auth.envelope import failure_body
from fashionistar_auth.request_id import HEADER, request_id_of

logger = logging.getLogger("fashionistar_auth")


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """handler400: the text of the exception goes to Django's security log, not to the caller."""
    return _failure(request, 400, "bad_request", sentences.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - as above
    """handler403."""
    return _failure(request, 403, "permission_denied", sentences.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - as above
    """handler404."""
    return _failure(request, 404, "not_found", sentences.NOT_FOUND)


def server_error(request: HttpRequest) -> JsonResponse:
    """handler500: Django has logged the traceback; this line joins it to the reference the person was given."""
    logger.error("Unexpected error, reference %s", request_id_of(request))
    return _failure(request, 500, "server_error", sentences.SERVER_ERROR)


def method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> JsonResponse:
    """405 for a plain Django view, which would answer with an empty body."""
    answer = _failure(request, 405, "method_not_allowed", sentences.method_not_allowed(request.method))
    answer["Allow"] = ", ".join(allowed)
    return answer


def _failure(request: HttpRequest, status: int, code: str, message: str) -> JsonResponse:
    request_id = request_id_of(request)
    body = failure_body(message=message, code=code, request_id=request_id)
    return JsonResponse(body, status=status, headers={HEADER: request_id})
