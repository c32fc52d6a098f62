"""Redirect URIs: when one matches its registration, and which kind it is. Pure string work, no decoding, no guessing."""

from urllib.parse import urlsplit

from django.utils.translation import gettext

from idp.core.specs import implements

_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_LOOPBACK_LITERALS = ("http://127.0.0.1", "http://[::1]")


@implements("RFC 9700", "2.1")
def is_registered(presented: str, registered: list[str], *, native: bool) -> bool:
    """Exact string comparison; only a native app's loopback literal may carry another port (RFC 8252 §7.3)."""
    return presented in registered or (native and any(_differs_in_port_only(presented, uri) for uri in registered))


@implements("RFC 8252", "7.3")
def _differs_in_port_only(presented: str, registered: str) -> bool:
    """Whether both are `http://127.0.0.1[:port]/same` or the same with [::1]; never localhost, never another spelling."""
    for literal in _LOOPBACK_LITERALS:
        if presented.startswith(literal) and registered.startswith(literal):
            return _after_port(presented, literal) == _after_port(registered, literal) is not None
    return False


def _after_port(uri: str, literal: str) -> str | None:
    """What follows `http://127.0.0.1[:port]`, or None when that is not how the URI goes on."""
    rest = uri[len(literal) :]
    if rest.startswith(":"):
        digits = rest[1:].partition("/")[0]
        # A port is one to five ASCII digits below 65536; anything else could hide userinfo or another host.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 5 and 0 < int(digits) <= 65535):
            return None
        rest = rest[1 + len(digits) :]
    return rest if rest.startswith("/") else None


@implements("RFC 8252", "8.6")
def proves_the_app(redirect_uri: str) -> bool:
    """Whether only the registered party can receive this address: https can be claimed, loopback and private schemes cannot."""
    return redirect_uri.startswith("https://")


def destination(redirect_uri: str) -> str:
    """Where the answer goes, in words the consent page can show: the host, or an app on this device and how it is called."""
    parts = urlsplit(redirect_uri)
    host = parts.hostname or f"{parts.scheme}:"
    if parts.scheme in {"http", "https"} and host not in _LOOPBACK_HOSTS:
        return host
    return gettext("an app on this device (%(address)s)") % {"address": host}
