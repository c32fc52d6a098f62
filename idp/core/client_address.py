"""Whose address a request comes from. Only proxies named in `IDP_TRUSTED_PROXIES` may say so on another's behalf.

`X-Forwarded-For` is read from the right, where our own proxies write: the first address that is no proxy of ours is the
caller. Everything left of it was sent by the caller and may be invented (RFC 7239 §8.1). For limits and for the request log.
"""

import ipaddress
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str:
    """The caller's address in its canonical text, "" when the server names none (a Unix socket)."""
    nearest = ""
    for text in _from_near_to_far(request):
        address = _parsed(text)
        # What is not an address was not written by a proxy of ours, so nothing left of it counts either.
        if address is None:
            return nearest
        nearest = str(address)
        if not _is_trusted(address):
            return nearest
    return nearest


def _from_near_to_far(request: HttpRequest) -> Iterator[str]:
    """The peer of this connection, then the forwarded addresses from right to left."""
    yield request.META.get("REMOTE_ADDR", "")
    yield from reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(","))


def _parsed(text: str) -> Address | None:
    """The address, an IPv4 one also where a dual-stack socket writes it as `::ffff:192.0.2.1`."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.ENVIRONMENT.trusted_proxies)
