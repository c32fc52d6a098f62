"""Nothing of a request is left unread, unless it is endless; and whoever hangs up breaks nothing."""

import io
from collections.abc import Callable

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from idp.core.unread_body import UnreadBodyMiddleware, is_worth_reading

MEBIBYTE = 1024 * 1024


class Gone(io.BytesIO):
    """A caller that hangs up in the middle."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Nothing comes any more."""
        raise ConnectionResetError("the caller is gone")


def request_with(body: io.BytesIO, length: str) -> HttpRequest:
    return WSGIRequest({"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": body, "CONTENT_LENGTH": length})


def refused(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("no", status=400)


def half_read(request: HttpRequest) -> HttpResponse:
    assert request.read(70_000)
    return HttpResponse("no", status=400)


def wholly_read(request: HttpRequest) -> HttpResponse:
    assert len(request.body) == 200_000
    return HttpResponse("yes")


@pytest.mark.spec("RFC 9112", "9.3")
@pytest.mark.parametrize("view", [refused, half_read, wholly_read])
def test_nothing_is_left(view: Callable[[HttpRequest], HttpResponse]) -> None:
    body = io.BytesIO(b"x" * 200_000 + b"the next request")
    UnreadBodyMiddleware(view)(request_with(body, "200000"))
    assert body.read() == b"the next request"


@pytest.mark.parametrize("length", ["", "0", "-1", "1.5", "²", "ten", str(MEBIBYTE + 1), "9" * 5000])
def test_what_is_not_worth_it(length: str) -> None:
    assert not is_worth_reading(length)


def test_what_is_worth_it() -> None:
    assert is_worth_reading("1")
    assert is_worth_reading(str(MEBIBYTE))


def test_a_caller_that_is_gone_is_no_fault() -> None:
    assert UnreadBodyMiddleware(refused)(request_with(Gone(), "10")).status_code == 400
