"""Reads what a refused request still has to say, and throws it away: only then does the refusal arrive.

Much is refused before a body is looked at: a foreign method, a missing token, another content type. The server ends a connection
on which part of a request was left unread. Whoever is still sending meets a reset instead of the sentence, and the next request
on that connection, which has nothing to do with it, gets no answer at all.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from idp.core.specs import implements

# More than this is not worth the line: such a connection ends.
_MOST = 1024 * 1024
_DIGITS = len(str(_MOST))
_PIECE = 65_536


class UnreadBodyMiddleware:
    """Outermost, because anybody further in may refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer once the request is complete."""
        response = self.get_response(request)
        if is_worth_reading(request.META.get("CONTENT_LENGTH", "")):
            _read_to_the_end(request)
        return response


def is_worth_reading(announced: str) -> bool:
    """Whether a body of this length (bytes, as the header says it) is read for nobody."""
    return announced.isascii() and announced.isdigit() and len(announced) <= _DIGITS and 0 < int(announced) <= _MOST


@implements("RFC 9112", "9.3")
def _read_to_the_end(request: HttpRequest) -> None:
    try:
        while request.read(_PIECE):
            pass
    except OSError:
        # Whoever sent it is gone; the answer will find that out.
        return
