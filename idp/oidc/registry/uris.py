"""Which addresses a client may register: nothing that runs script, reads files, or another app could quietly take."""

import re
from urllib.parse import SplitResult, urlsplit

from idp.core.specs import implements

_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it holds a dot.
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_PLAIN = re.compile(r"[\x21-\x7e]+")
# RFC 1035 §2.3.4. Of what stands before the path, port included: messages in waiting are told apart by it.
_LONGEST_HOST = 253
_LONGEST_LABEL = 63
# What this provider itself calls is stored, logged and sent whole.
_LONGEST_CALLED = 2000


@implements("RFC 9700", "4.1.3")
def require_redirect_uri(uri: str, *, private_schemes: tuple[str, ...]) -> str:
    """An https URI, an http URI of this machine, or a private-use scheme the registration lists. Raises ValueError."""
    parts = _plain_parts(uri)
    if parts.scheme in {"http", "https"}:
        return require_web_uri(uri)
    if parts.scheme not in private_schemes:
        raise ValueError(f"{uri!r}: the scheme {parts.scheme!r} is not listed in allowed_schemes")
    # RFC 8252 §7.1: one slash after the scheme, so that there is one spelling per callback.
    if parts.netloc or not parts.path.startswith("/"):
        raise ValueError(f"{uri!r}: write a private-use redirect URI as scheme:/path")
    return uri


def require_web_uri(uri: str) -> str:
    """An https URI, or http on this machine; no fragment, no user, no wildcard. Raises ValueError."""
    parts = _plain_parts(uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{uri!r} is not an https URI")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK_HOSTS:
        raise ValueError(f"{uri!r}: http is only for this machine; use https")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{uri!r} holds a user name")
    return uri


@implements("OWASP ASVS 5.0", "1.3.6")
def require_called_uri(uri: str) -> str:
    """A web URI that this provider itself calls: short enough to be sent, stored and written to a log. Raises ValueError."""
    parts = urlsplit(require_web_uri(uri))
    if len(uri) > _LONGEST_CALLED:
        raise ValueError(f"{uri[:60]!r}… is longer than {_LONGEST_CALLED} characters")
    if len(parts.netloc) > _LONGEST_HOST:
        raise ValueError(f"{uri[:60]!r}…: a host, with its port, has at most {_LONGEST_HOST} characters (RFC 1035)")
    if any(not label or len(label) > _LONGEST_LABEL for label in (parts.hostname or "").removesuffix(".").split(".")):
        raise ValueError(f"{uri[:60]!r}…: between its dots a host name has 1 to {_LONGEST_LABEL} characters (RFC 1035)")
    return uri


def require_origin(origin: str) -> str:
    """scheme://host[:port] and nothing after it. Raises ValueError."""
    parts = urlsplit(require_web_uri(origin))
    if origin != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{origin!r} is not an origin: leave out path and query")
    return origin


def is_root_of(uri: str, origin: str) -> bool:
    """Whether a web URI is this origin, in any spelling: capital letters, the default port, a closing slash."""
    parts = urlsplit(uri)
    return bool(uri and origin) and parts.path in {"", "/"} and _origin_of(parts) == _origin_of(urlsplit(origin))


def _origin_of(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def require_private_scheme(scheme: str) -> str:
    """A reversed domain name such as `net.fashionistar.app`. Raises ValueError."""
    if not _PRIVATE_SCHEME.fullmatch(scheme):
        raise ValueError(f"{scheme!r} is not a reversed domain name (RFC 8252 section 7.1)")
    return scheme


def _plain_parts(uri: str) -> SplitResult:
    """The URI split, once it is plain ASCII without wildcard or fragment. Raises ValueError."""
    if not _PLAIN.fullmatch(uri) or "\\" in uri:
        raise ValueError(f"{uri!r} holds characters a URI may not hold")
    if "*" in uri or "#" in uri:
        raise ValueError(f"{uri!r} holds a wildcard or a fragment")
    parts = urlsplit(uri)
    _port = parts.port  # reading it raises ValueError when it is not a port
    return parts
