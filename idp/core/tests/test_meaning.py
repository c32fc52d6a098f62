"""`meaning`: what exceptions of Django, DRF, the database and the cache mean in our own terms."""

import pytest
from django.core import exceptions as django
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rest_framework import exceptions as drf

from idp.core import errors
from idp.core.meaning import meaning_of, status_of


@pytest.mark.parametrize(
    ("exception", "kind"),
    [
        (Http404(), errors.NotFound),
        (django.PermissionDenied(), errors.Forbidden),
        (django.RequestDataTooBig(), errors.PayloadTooLarge),
        (django.TooManyFieldsSent(), errors.PayloadTooLarge),
        (django.TooManyFilesSent(), errors.PayloadTooLarge),
        (django.DisallowedHost(), errors.InvalidInput),
        (django.BadRequest(), errors.InvalidInput),
        (MultiPartParserError(), errors.InvalidInput),
        (django.ValidationError("no"), errors.InvalidInput),
        (IntegrityError(), errors.Conflict),
        (OperationalError(), errors.Unavailable),
        (InterfaceError(), errors.Unavailable),
        (RedisConnectionError(), errors.Unavailable),
        (RedisTimeoutError(), errors.Unavailable),
        (ConnectionInterrupted(None), errors.Unavailable),
        (DatabaseError(), errors.Unexpected),
        (KeyError("x"), errors.Unexpected),
        (drf.ParseError(), errors.InvalidInput),
        (drf.NotAuthenticated(), errors.AuthenticationFailed),
        (drf.PermissionDenied(), errors.Forbidden),
        (drf.NotFound(), errors.NotFound),
        (drf.MethodNotAllowed("GET"), errors.MethodNotAllowed),
        (drf.Throttled(wait=2), errors.RateLimited),
        (drf.UnsupportedMediaType("x"), errors.UnsupportedMediaType),
        (drf.APIException(), errors.Unexpected),
    ],
)
def test_foreign_exceptions_have_a_meaning(exception: Exception, kind: type[errors.IdpError]) -> None:
    error = meaning_of(exception)
    assert type(error) is kind
    assert type(exception).__name__ in error.detail


def test_ours_are_taken_as_they_are() -> None:
    error = errors.Expired()
    assert meaning_of(error) is error


def test_the_status_is_the_instances_for_oauth_and_the_classs_else() -> None:
    assert status_of(errors.OAuthError("invalid_client", "No.", status=401)) == 401
    assert status_of(errors.Expired()) == 410


def test_messages_of_a_failed_validation_are_kept() -> None:
    error = meaning_of(drf.ValidationError({"name": ["Too long.", "Too loud."], "inner": "No."}))
    assert error.fields == {"name": ["Too long.", "Too loud."], "inner": ["No."]}
    assert meaning_of(drf.ValidationError(["No."])).fields == {}


def test_waiting_times_are_kept() -> None:
    assert meaning_of(drf.Throttled(wait=12.7)).retry_after == 13
    assert meaning_of(drf.Throttled()).retry_after is None
