"""What an exception of Django, DRF, the database or the cache means in our own terms. Used by `boundary.py` only."""

from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException

from idp.core import errors
from idp.core.errors import IdpError, OAuthError

# What a foreign exception means. The first line that matches wins, so narrower classes stand first.
_MEANINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[IdpError]], ...] = (
    (Http404, errors.NotFound),
    (PermissionDenied, errors.Forbidden),
    ((RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent), errors.PayloadTooLarge),
    ((SuspiciousOperation, BadRequest, MultiPartParserError, ValidationError), errors.InvalidInput),
    (IntegrityError, errors.Conflict),
    ((OperationalError, InterfaceError), errors.Unavailable),
    ((RedisError, ConnectionInterrupted), errors.Unavailable),
    (DatabaseError, errors.Unexpected),
)

_BY_STATUS: dict[int, type[IdpError]] = {
    400: errors.InvalidInput,
    401: errors.AuthenticationFailed,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.PayloadTooLarge,
    415: errors.UnsupportedMediaType,
    429: errors.RateLimited,
    503: errors.Unavailable,
}


def meaning_of(exc: BaseException) -> IdpError:
    """Translate any exception into ours; what nobody foresaw becomes `Unexpected`."""
    if isinstance(exc, IdpError):
        return exc
    if isinstance(exc, APIException):
        return _meaning_of_drf(exc)
    if isinstance(exc, Resolver404):
        # Its own text is the path, where anything may stand, and a list of every route.
        return errors.NotFound(detail="no such address")
    for kinds, ours in _MEANINGS:
        if isinstance(exc, kinds):
            return ours(detail=f"{type(exc).__name__}: {exc}")
    return errors.Unexpected(detail=f"{type(exc).__name__}: {exc}")


def _meaning_of_drf(exc: APIException) -> IdpError:
    """DRF's own exceptions, by status; field messages of a failed validation are kept."""
    kind = _BY_STATUS.get(exc.status_code, errors.Unexpected)
    fields = exc.detail if isinstance(exc.detail, dict) else {}
    messages = {str(name): [str(text) for text in _listed(texts)] for name, texts in fields.items()}
    wait = getattr(exc, "wait", None)
    return kind(fields=messages, detail=f"{type(exc).__name__}: {exc.detail}", retry_after=int(wait) if wait else None)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - DRF's detail is nested freely
    return list(value) if isinstance(value, list | tuple) else [value]


def status_of(error: IdpError) -> int:
    """The HTTP status of an error; OAuth errors carry theirs per instance."""
    return error.http_status if isinstance(error, OAuthError) else error.status
