"""Where the provider may call to: the URL of a client, judged first as text, then by every address its name leads to.

Clients register addresses (key sets, logout notices) and the provider calls them from inside its own network. So an address that
only this network can reach is refused, however it is written (OWASP ASVS 5.0 V1.3.6). `outbound.send` is the only caller.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from idp.core.errors import Unavailable
from idp.core.specs import implements

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# No control character, blank or backslash: what one parser skips, another one sends.
_PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# RFC 6052 §2.1: the last 32 bits are the IPv4 address that is really called.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class OutboundRefused(Unavailable):
    """An address that is never called; trying again changes nothing. `detail` says why."""

    code = "outbound_refused"
    sentence = _("We do not call the address that this application registered. Its operator needs to correct it.")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, and what its host may lead to."""

    scheme: str
    host: str
    port: int
    # As it stands in the URL: host and, where given, port.
    authority: str
    path: str
    # On the operator's list: reached wherever it is.
    allowed: bool

    @property
    def encrypted(self) -> bool:
        """Whether TLS protects the call."""
        return self.scheme == "https"


@implements("OWASP ASVS 5.0", "1.3.6")
def parse_target(url: str) -> Target:
    """The URL's parts: https, or http on this machine; no user, no oddities. Raises `OutboundRefused`."""
    if not _PLAIN.fullmatch(url):
        raise OutboundRefused(detail="the URL holds characters a URL may not hold")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise OutboundRefused(detail=f"the URL cannot be read: {exc}") from exc
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not host or port == 0:
        raise OutboundRefused(detail="not an https URL with a host")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise OutboundRefused(detail="the URL holds a user name, or a host that is written in a second way")
    # Without TLS nothing proves who answers, so plain http never leaves this machine.
    allowed = host in settings.IDP_OUTBOUND_ALLOW_HOSTS
    if parts.scheme == "http" and not (_is_this_machine(host) and (allowed or _develops())):
        raise OutboundRefused(detail=f"plain http to {host}")
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port or _DEFAULT_PORTS[parts.scheme],
        authority=parts.netloc.lower(),
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        allowed=allowed,
    )


@implements("OWASP ASVS 5.0", "1.3.6")
def require_permitted(target: Target, addresses: list[str]) -> None:
    """Every address of the name is one we may call. Raises `OutboundRefused`.

    All of them, not only the one we would use: a name with one public and one private address is being rebound.
    """
    for text in addresses:
        # A link-local address carries its interface: fe80::1%eth0.
        address = ipaddress.ip_address(text.partition("%")[0])
        if not _is_permitted(target, address):
            raise OutboundRefused(detail=f"{target.host} leads to {address}")


def _is_permitted(target: Target, address: Address) -> bool:
    if not target.encrypted:
        return address.is_loopback
    own = _develops() and _is_this_machine(target.host) and address.is_loopback
    return target.allowed or own or is_public(address)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the Internet, seen through the wrappings an IPv4 address can come in (RFC 6890 §2.2)."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(carried)
        return address in _GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast


def _is_this_machine(host: str) -> bool:
    """Whether a host is this machine by definition (RFC 6761 §6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _develops() -> bool:
    """On a developer's machine the clients are there as well."""
    return str(settings.IDP_MODE) in {"local", "demo"}
