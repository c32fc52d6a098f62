"""How one environment variable's text becomes a typed value.

First stop of every process: `env.Environment` names a function of this module for each of its fields. Each takes the
text as the operator wrote it and returns the value, or raises ValueError with the rest of a sentence that begins with
the variable's name ("PORT must be …"), so that a refusal can be read without knowing the code.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_KEY_BYTES = 32


class NamedKey(NamedTuple):
    """A key of 32 bytes and the id under which stored values remember it; never shows the bytes when printed."""

    key_id: str
    key: bytes

    def __repr__(self) -> str:
        """Only the id: tracebacks and logs print this."""
        return f"NamedKey({self.key_id!r}, ********)"


def origin(text: str) -> str:
    """An http(s) origin without path, in the one spelling browsers send. Raises: ValueError."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("must be an origin such as https://id.example.com") from None
    _refuse_extra_parts(parts)
    # Clients compare an issuer byte for byte (RFC 9207 §2.4), so only the spelling an origin serialises to is taken.
    if parts.netloc != parts.netloc.lower():
        raise ValueError("must be written in lower case")
    if port is not None and port == _DEFAULT_PORTS[parts.scheme]:
        raise ValueError(f"must leave out the default port :{port}")
    return f"{parts.scheme}://{parts.netloc}"


def _refuse_extra_parts(parts: SplitResult) -> None:
    """Only scheme, host and port may be there. Raises: ValueError."""
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("must begin with https:// (or http:// on this machine)")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password")
    if not parts.hostname or not _HOST.fullmatch(parts.hostname):
        raise ValueError("must name a host, such as https://id.example.com")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must have no path, query or fragment: the provider is served from the root of its host")


def on_off(text: str) -> bool:
    """`on`/`off` and their common spellings. Raises: ValueError."""
    match text.lower():
        case "on" | "1" | "true" | "yes":
            return True
        case "off" | "0" | "false" | "no":
            return False
    raise ValueError("must be on or off")


def switched_on(text: str) -> bool:
    """Whether a variable that is not ours (DEBUG) asks for something: anything but a plain no."""
    return text.lower() not in {"off", "0", "false", "no"}


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of decimal whole numbers from `low` to `high`, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def pool(text: str) -> int | str:
    """How connections to the database are shared: `off`, `external`, or how many each process shares."""
    try:
        return text if text in {"off", "external"} else whole_number(1, 1000)(text)
    except ValueError:
        raise ValueError("must be off, external, or a whole number from 1 to 1000") from None


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader of one word out of a fixed set."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}")
        return text

    return read


def service_url(*schemes: str, example: str) -> Callable[[str], str]:
    """A reader of connection URLs: their scheme is checked here, the rest by the driver that uses them."""

    def read(text: str) -> str:
        scheme, separator, rest = text.partition("://")
        if scheme not in schemes or not separator or not rest:
            raise ValueError(f"must look like {example}")
        return text

    return read


def named_key(text: str) -> NamedKey:
    """`id:base64url` of 32 bytes, padding optional. Raises: ValueError."""
    key_id, separator, encoded = text.partition(":")
    if not separator or not _KEY_ID.fullmatch(key_id):
        raise ValueError("must look like id:key, the id of letters, digits, dots, dashes or underscores")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must hold its key in base64url") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"must hold a key of {_KEY_BYTES} bytes in base64url, this one has {len(key)}")
    return NamedKey(key_id, key)


def named_keys(text: str) -> tuple[NamedKey, ...]:
    """Several `named_key`s with commas between, ids unique, the active one first. Raises: ValueError."""
    keys = tuple(named_key(item) for item in items(text))
    if len({key.key_id for key in keys}) != len(keys):
        raise ValueError("must not use one key id twice")
    return keys


def host_names(text: str) -> tuple[str, ...]:
    """Host names or addresses with commas between, in lower case. Raises: ValueError."""
    names = tuple(item.lower() for item in items(text))
    if not all(_HOST.fullmatch(name) for name in names):
        raise ValueError("must be host names with commas between, without scheme, port or path")
    return names


def host_name(text: str) -> str:
    """One host name or address, in lower case. Raises: ValueError."""
    name = text.lower()
    if not _HOST.fullmatch(name):
        raise ValueError("must be a host name such as smtp.example.com, without scheme, port or path")
    return name


def sender(text: str) -> str:
    """What a mail says it is from: an address, or a name and the address in angle brackets. Raises: ValueError."""
    _name, address = parseaddr(text)
    local, _at, domain = address.rpartition("@")
    if not local or not domain or not text.isprintable():
        raise ValueError("must be an address, or a name with one, such as Fashionistar <no-reply@example.com>")
    return text


def networks(text: str) -> tuple[IpNetwork, ...]:
    """IP addresses or networks with commas between. Raises: ValueError."""
    try:
        return tuple(ipaddress.ip_network(item) for item in items(text))
    except ValueError:
        raise ValueError("must be IP addresses or networks with commas between, such as 10.0.0.0/8") from None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine by definition (RFC 6761 §6.3, RFC 8252 §8.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def folder(text: str) -> Path:
    """A folder's absolute path; it need not exist yet."""
    return Path(text).absolute()


def existing_file(text: str) -> Path:
    """The absolute path of a file that is there. Raises: ValueError."""
    path = Path(text).absolute()
    if not path.is_file():
        raise ValueError("must name a file that exists")
    return path


def items(text: str) -> list[str]:
    """The parts of a comma-separated list. Raises: ValueError on an empty one, which is a typing mistake."""
    items = [item.strip() for item in text.split(",")]
    if not all(items):
        raise ValueError("must not have an empty entry between its commas")
    return items
