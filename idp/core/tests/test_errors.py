"""`errors`: public sentence, private detail, and the characters of RFC 6749."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.core import errors
from idp.core.errors import IdpError, OAuthError, rfc6749_text

ALLOWED = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")


def every_kind(base: type[IdpError] = IdpError) -> list[type[IdpError]]:
    """The kernel's kinds of error, whose constructor they share."""
    own = [kind for kind in base.__subclasses__() if kind.__module__ == errors.__name__]
    return [deeper for kind in own if not issubclass(kind, OAuthError) for deeper in (kind, *every_kind(kind))]


@pytest.mark.parametrize("kind", every_kind())
def test_every_error_has_a_status_a_code_and_a_sentence(kind: type[IdpError]) -> None:
    error = kind()
    assert 400 <= error.status < 600
    assert re.fullmatch(r"[a-z_]+", error.public_code)
    assert str(error.message).endswith(".")


def test_statuses_and_codes_are_distinct_where_they_must_be() -> None:
    codes = [kind.code for kind in every_kind() if kind is not errors.Unexpected]
    assert len(codes) == len(set(codes))


def test_an_error_keeps_what_it_was_told() -> None:
    error = errors.RateLimited("Slow down.", detail="key 1", fields={"a": ["b"]}, code="slow", retry_after=3)
    assert (error.message, error.detail, error.fields) == ("Slow down.", "key 1", {"a": ["b"]})
    assert (error.public_code, error.retry_after, str(error)) == ("slow", 3, "key 1")


@pytest.mark.spec("RFC 6749", "5.2")
@given(st.text())
def test_a_description_holds_only_allowed_characters(text: str) -> None:
    assert ALLOWED.fullmatch(rfc6749_text(text))
    assert ALLOWED.fullmatch(OAuthError("invalid_request", text).description)


def test_quotes_and_backslashes_stay_readable() -> None:
    assert rfc6749_text('it\u2019s "a\\b"\n') == "it's 'a/b'?"


def test_an_oauth_error_carries_its_name_status_and_headers() -> None:
    error = errors.DisplayedError("invalid_client", "No.", status=401, headers={"WWW-Authenticate": "Basic"})
    assert (error.error, error.public_code, error.http_status) == ("invalid_client", "invalid_client", 401)
    assert error.headers == {"WWW-Authenticate": "Basic"}
    assert str(error.message) == "No."
