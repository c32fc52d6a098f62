"""One small rule per kind of setting, used by `conf`. Each returns the value or raises ValueError with a sentence."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.utils.module_loading import import_string

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")


def http_url(value: str) -> str:
    """Accept an absolute http(s) URL without user information or fragment."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an absolute http or https URL")
    if parts.username is not None or parts.password is not None or parts.fragment or not value.isprintable():
        raise ValueError("must have no user name, password, fragment or control character")
    try:
        parts.netloc.encode("idna")
        known = parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError("must name a host that can exist, and a port from 1 to 65535 if any")
    return value


def optional_http_url(value: str) -> str:
    """Accept an empty string or an absolute http(s) URL."""
    return http_url(value) if value else value


def issuer_url(value: str) -> str:
    """Accept an issuer identifier: no query, compared character by character later (RFC 8414 section 2)."""
    if urlsplit(http_url(value)).query:
        raise ValueError("must have no query")
    return value


def is_loopback(host: str) -> bool:
    """Whether the host name or address never leaves this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def encrypted_or_loopback(url: str) -> str:
    """Refuse clear-text HTTP to another machine: the post carries our secret and a live token (RFC 7662 section 4)."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("must be https unless the provider is on this machine (or set ALLOW_INSECURE_HTTP)")
    return url


def printable(value: str) -> str:
    """Accept text that can stand in a header: printable ASCII without quotes or backslash."""
    if not (value.isascii() and value.isprintable()) or set(value) & set('"\\ '):
        raise ValueError("must be printable ASCII without spaces, quotes or backslashes")
    return value


def origin(value: str) -> str:
    """Accept one exact browser origin: never a wildcard, never `null` (Fetch, RFC 6454)."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("must be an exact origin such as https://shop.example, without path or wildcard")
    if "*" in value or "@" in value or value != value.lower():
        raise ValueError("must be lower case, without wildcard or user name")
    return value


def cache_alias(name: str) -> str:
    """Require a cache that the service has."""
    if name not in settings.CACHES:
        raise ValueError("names no cache of CACHES")
    return name


def optional_cache_alias(name: str) -> str:
    """Accept an empty string or the name of a cache that the service has."""
    return cache_alias(name) if name else name


def header_name(value: str) -> str:
    """Accept a request header a browser may send; a wildcard is refused."""
    if not _HEADER.fullmatch(value):
        raise ValueError("must be the name of one HTTP header")
    return value


def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept a non-empty list without repeats: a repeated level would have two ranks."""
    if not values or len(set(values)) != len(values):
        raise ValueError("must name each level once, weakest first")
    return values


def readable_file(path: Path | None) -> Path | None:
    """Accept a file that exists; None means the system's own certificate authorities."""
    if path is not None and not path.is_file():
        raise ValueError("names a file that does not exist")
    return path


def mapper(value: str | Callable[..., object]) -> Callable[..., object]:
    """Turn the name, dotted path or callable of a user mapper into the callable itself."""
    dotted = {"LookUp": "fashionistar_auth.users.LookUp", "JustInTime": "fashionistar_auth.users.JustInTime"}
    if isinstance(value, str):
        try:
            value = import_string(dotted.get(value, value))
        except ImportError as exc:
            raise ValueError(f"cannot be imported: {exc}") from exc
    if not callable(value):
        raise ValueError("must be LookUp, JustInTime, a callable, or the dotted path of one")  # noqa: TRY004 - pydantic reports it
    return value


def unique_user_field(name: str) -> str:
    """Require the subject field to be unique: only the database can keep two first requests from making two users."""
    model = get_user_model()
    try:
        field = model._meta.get_field(name)  # noqa: SLF001 - the documented model API of Django lives on _meta
    except FieldDoesNotExist as exc:
        raise ValueError(f"names no field of {model.__name__}") from exc
    if not getattr(field, "unique", False):
        raise ValueError(f"names a field of {model.__name__} that is not unique")
    return name
