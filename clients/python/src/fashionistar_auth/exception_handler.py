"""The error boundary of a DRF service: every exception DRF can answer leaves in the envelope, with a sentence.

Name it in REST_FRAMEWORK["EXCEPTION_HANDLER"]. Exceptions DRF does not know go on to Django, whose handlers in
`django_errors` answer in the same shape.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpRequest
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from fashionistar_auth import sentences
from fashionistar_auth.envelope import failure_body, field_errors
from fashionistar_auth.request_id import HEADER, request_id_of


def envelope_exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an exception in the envelope, or return None for those that are Django's to answer."""
    # DRF's own handler decides status, WWW-Authenticate, Retry-After and the roll-back.
    response = drf_exception_handler(exc, dict(context))
    if response is None:
        return None
    known = _as_api_exception(exc)
    invalid = isinstance(known, exceptions.ValidationError)
    request_id = request_id_of(cast("HttpRequest", context["request"]._request))  # noqa: SLF001 - DRF's documented way
    response.data = failure_body(
        message=sentences.sentence_for(known),
        code="validation_error" if invalid else code_of(known),
        errors=field_errors(known.detail) if invalid else None,
        request_id=request_id,
    )
    response[HEADER] = request_id
    return response


def _as_api_exception(exc: Exception) -> exceptions.APIException:
    """Translate the two Django exceptions DRF answers; their own text is technical, so it is dropped."""
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, DjangoPermissionDenied):
        return exceptions.PermissionDenied()
    return cast("exceptions.APIException", exc)


def code_of(exc: exceptions.APIException) -> str:
    """The machine-readable code: the one the exception was raised with, else its class's."""
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else str(exc.default_code)
