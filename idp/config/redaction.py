"""What may stand in a log line: secrets and people's addresses masked, control characters gone, lengths bounded.

The last step before `logging` renders a line, whoever wrote it: our code, Django, a library's warning, a traceback.
It is the net under the rule that nobody logs secrets on purpose; masking goes by field name and by the shape of the
value, because exceptions and third parties carry values under names nobody chose.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

MASK = "***"

_MAX_TEXT = 8_000
_MAX_DEPTH = 6

# Field names are masked by their last word, so `token_type` stays readable while `access_token` does not.
_SECRET_FIELD = re.compile(
    r"(^|[_\-.])(passw(or)?d|passphrase|secret|tokens?|authorization|cookies?|csrfmiddlewaretoken|csrftoken|sessionid"
    r"|session_key|assertion|verifier|challenge_key|otp|totp|pin|seed|recovery_codes?|device_code|user_code|dpop"
    r"|private_key|secret_key|api_key|e?mail|email_address|phone(_number)?|username|login_hint|id_token_hint"
    r"|encryption_keys?|lookup_key|birthdate|nonce|state)$|^address$",
    re.IGNORECASE,
)

# Parameters whose values are secret, personal or bound to one sign-in wherever they stand in a text.
_PARAMETER = (
    r"(?:code|state|nonce|password|passwd|new_password|old_password|token|access_token|refresh_token|id_token"
    r"|id_token_hint|client_secret|client_assertion|assertion|code_verifier|device_code|user_code|login_hint|username"
    r"|email|phone|phone_number|otp|csrfmiddlewaretoken|sessionid|secret|request|authorization|cookie)"
)

# A name starts after anything that is not part of a word, or after a percent-encoded character.
_BEFORE = r"(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2}))"

# Order matters: the more specific shape first, since a masked value no longer matches.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Our own tokens and codes, by their prefix.
    (re.compile(r"\bfst_(at|rt|ac|pr|nd)_[A-Za-z0-9_.~\-]+"), rf"fst_\1_{MASK}"),
    # JWS and JWE in compact form (RFC 7515 §7.1, RFC 7516 §7.1).
    (re.compile(r"\beyJ[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*){2,4}"), "[jwt]"),
    # Credentials of an Authorization header (RFC 7617 §2, RFC 6750 §2.1, RFC 9449 §7.1); a lower-case word is prose.
    (re.compile(r"\b((?i:bearer|basic|dpop))[ :]+(?=\S*[A-Z0-9=])[A-Za-z0-9+/=._~\-]{6,}"), rf"\1 {MASK}"),
    # User and password inside a connection URL.
    (re.compile(r"(://)[^/\s@\"']+@"), rf"\1{MASK}@"),
    # name=value of a query or form, plain or percent-encoded inside another address.
    (re.compile(rf"{_BEFORE}({_PARAMETER})(=|%3D)(?:(?!%26)[^&\s\"'<>])+", re.IGNORECASE), rf"\1\2{MASK}"),
    # 'name': 'value' and name='value', as JSON and Python print them.
    (re.compile(rf"{_BEFORE}({_PARAMETER})([\"']?\s*[:=]\s*)([\"'])(?:(?!\3).)*\3", re.IGNORECASE), rf"\1\2\3{MASK}\3"),
    # People: e-mail addresses, and telephone numbers in international or trunk form.
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]{1,64}(?:@|%40)[\w\-]+(?:\.[\w\-]+)+"), "[email]"),
    (re.compile(r"(?<![\w+.\-])(?:\+|%2B)[1-9](?:[ ().\-]{0,2}\d){6,14}(?!\w)", re.IGNORECASE), "[phone]"),
    (re.compile(r"(?<![\w+.\-])0[1-9](?:[ \-]?\d){8,10}(?![\w.])"), "[phone]"),
)

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
# C0, DEL and C1 controls, line and paragraph separators, and the marks that reorder text on a screen.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


# Without a capital, a digit or any mark but these no shape below can match; most of a line is of this kind.
_PLAIN = re.compile(r"[a-z_/ .\-]{0,200}")


def redact_text(text: str) -> str:
    """One line of bounded length without secrets, addresses of people or control characters."""
    if _PLAIN.fullmatch(text) and "fst_" not in text:
        return text
    return _masked(text)


def _masked(text: str) -> str:
    # Cut before matching: the patterns then run over a bounded text, whatever a caller managed to have logged.
    shortened = text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    # A control character becomes a space: removing it would glue two words into one that no shape knows.
    line = _CONTROL.sub(" ", _ANSI.sub("", shortened))
    for shape, mask in _SHAPES:
        line = shape.sub(mask, line)
    return line


def redact_value(value: object, *, depth: int = 0) -> object:
    """Any value as plain JSON material, redacted throughout."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth >= _MAX_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {redact_text(str(key)): _redact_field(str(key), item, depth) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(item, depth=depth + 1) for item in value]
    return redact_text(str(value))


def _redact_field(name: str, value: object, depth: int) -> object:
    """A named value: masked outright when the name says it is secret."""
    if _SECRET_FIELD.search(name) and value not in (None, ""):
        return MASK
    return redact_value(value, depth=depth + 1)


def redact_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """The structlog processor: the whole event redacted, a traceback as a list of its lines."""
    # Django attaches the request object to its own records; its text is the address with the query.
    fields = {name: value for name, value in event.items() if name != "request"}
    trace = fields.pop("exception", None)
    redacted = {redact_text(name): _redact_field(name, value, 0) for name, value in fields.items()}
    if trace:
        redacted["exception"] = [redact_text(line) for line in str(trace).splitlines()]
    return redacted
