"""From which network address does a request come? Limits count by it, and a place is looked up by it; no decision rests on it.

It is the address of the connection. Behind proxies that the operator named (IDP_TRUSTED_PROXIES) it is the right-most
address of X-Forwarded-For that is not one of theirs: each proxy appends the address it saw, so everything further left
was written by the caller and may say anything. No other header is read. Whatever arrives, the answer is an address.

A trusted proxy has to drop header names with an underscore, as nginx does: to a WSGI server `X_Forwarded_For` and
`X-Forwarded-For` are one variable, and which of the two it keeps is not ours to say.
"""

import ipaddress
import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

from idp.core.specs import implements

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# More proxies than any deployment has; the right end alone is read, so length costs nothing.
_MOST_HOPS = 20
_MOST_CHARACTERS = 2000
# A household or a phone holds a whole /64 (RFC 6177 §2): counting single addresses in it would count nothing.
_IPV6_PREFIX = 64
_UNKNOWN = "unknown"
# 203.0.113.7, 203.0.113.7:4711, 2001:db8::7, [2001:db8::7], [2001:db8::7]:4711
_SHAPE = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\](?::[0-9]{1,5})?|([0-9.]{7,15})(?::[0-9]{1,5})?|([0-9A-Fa-f:.]{2,45})")


@implements("OWASP ASVS 5.0", "6.3.1")
def address_bucket(request: HttpRequest) -> str:
    """The name under which this caller is counted: an IPv4 address or an IPv6 network of 64 bits. Never raises."""
    address = client_address(request)
    if address is None:
        return _UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def client_address(request: HttpRequest) -> Address | None:
    """The connection's address, or who stands before the trusted proxies; None if it is no address. Never raises."""
    client = _parsed(str(request.META.get("REMOTE_ADDR", "")))
    if client is None or not _is_trusted(client):
        return client
    for hop in _hops_from_the_right(str(request.META.get("HTTP_X_FORWARDED_FOR", ""))):
        seen = _parsed(hop)
        if seen is None:
            # No proxy writes this, so a caller did: count it under the proxy that passed it on.
            return client
        client = seen
        if not _is_trusted(client):
            return client
    return client


def is_from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether one of the operator's proxies passed it on, so that a header which that proxy sets is the proxy's word."""
    connected = _parsed(str(request.META.get("REMOTE_ADDR", "")))
    return connected is not None and _is_trusted(connected)


def _hops_from_the_right(header: str) -> Iterable[str]:
    """The entries of the header, the nearest first."""
    return reversed(header[-_MOST_CHARACTERS:].rsplit(",", _MOST_HOPS)[-_MOST_HOPS:])


def _parsed(text: str) -> Address | None:
    """An address with or without port and brackets; an IPv4 address inside an IPv6 one is itself (RFC 4291 §2.5.5.2)."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        address = ipaddress.ip_address(found[1] or found[2] or found[3])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.IDP_TRUSTED_PROXIES)
