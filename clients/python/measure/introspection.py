"""What asking the provider about a token costs a service: `python -m measure.introspection` in the package's folder.

Prints microseconds of the asking thread's own processor time, the best of seven rounds in turns: for the same bytes
sent and received over a bare socket, for a request of this package, and the difference, which is what the package costs
beside the round trip.
"""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from fashionistar_auth.conf import get_settings
from fashionistar_auth.introspection import Introspector, basic_credentials
from tests.provider import CLIENT, running_provider

_ROUNDS, _REQUESTS = 7, 500


def measure() -> None:
    """Print a line for each of the two, and their difference."""
    with running_provider() as provider:
        introspector = Introspector(get_settings().model_copy(update={"issuer": provider.issuer}))
        token = provider.grant("an-opaque-access-token-of-the-usual-length-0123456789")
        asked = _bare(provider.issuer, token)

        def introspect() -> None:
            if introspector.introspect_anew(token) is None:
                raise RuntimeError("an honest token was refused")

        bare, ours = (
            min(times) for times in zip(*((_spent(asked), _spent(introspect)) for _ in range(_ROUNDS)), strict=True)
        )
        for name, spent in (("bare socket", bare), ("this package", ours), ("beside the round trip", ours - bare)):
            print(f"{name}: {spent:.0f} us")  # noqa: T201 - a program


def _bare(issuer: str, token: str) -> Callable[[], None]:
    """The same request as bytes prepared once, and one read of the answer."""
    address = urlsplit(issuer)
    line = socket.create_connection((address.hostname or "", address.port or 80))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # What `Introspector` sends, made once.
    body = urlencode({"token": token, "token_type_hint": "access_token"})
    request = (
        f"POST /oauth2/introspect HTTP/1.1\r\n"
        f"Host: {address.netloc}\r\nAuthorization: {basic_credentials(*CLIENT)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()

    def asked() -> None:
        line.sendall(request)
        if not line.recv(65_536).endswith(b"}"):
            raise RuntimeError("the answer came in pieces")

    return asked


def _spent(act: Callable[[], None]) -> float:
    """Microseconds of this thread's processor time for one of many."""
    begun = time.thread_time()
    for _ in range(_REQUESTS):
        act()
    return (time.thread_time() - begun) / _REQUESTS * 1e6


if __name__ == "__main__":
    measure()
