"""May this stored hash be computed? Decided by its text alone, before any of its parameters reach a hash function.

Hashes come from an import or from a backup, so a row may be cut off, foreign, or ask for gigabytes and minutes. Such a
hash is never computed: the account is refused like one without a password, and an operator finds a line in the log.
Shapes are those of Django's hashers; the caps lie well above what any release of Django or of Fashionistar ever wrote.
"""

import enum
import re
from collections.abc import Callable, Mapping

_B64 = "[A-Za-z0-9+/]"
_SALT = "[^$]{1,128}"

# argon2$argon2id$v=19$m=102400,t=2,p=8$salt$hash (PHC string format); salt and hash are unpadded base64.
_ARGON2 = re.compile(
    rf"argon2\$argon2(?:id|i|d)\$v=19\$m=([0-9]{{1,12}}),t=([0-9]{{1,12}}),p=([0-9]{{1,12}})\$({_B64}{{11,86}})\$({_B64}{{22,86}})"
)
# pbkdf2_sha256$1200000$salt$hash: the padded base64 of 32 bytes, of 20 for SHA-1.
_PBKDF2_SHA256 = re.compile(rf"pbkdf2_sha256\$([0-9]{{1,12}})\${_SALT}\${_B64}{{43}}=")
_PBKDF2_SHA1 = re.compile(rf"pbkdf2_sha1\$([0-9]{{1,12}})\${_SALT}\${_B64}{{27}}=")
# bcrypt_sha256$$2b$12$ and 53 characters of bcrypt's own base64: salt and hash. The last character of each half carries
# few bits, and the library refuses a salt whose spare bits are set.
_BCRYPT_SHA256 = re.compile(r"bcrypt_sha256\$\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
# scrypt$n$salt$r$p$hash: the padded base64 of 64 bytes.
_SCRYPT = re.compile(rf"scrypt\$([0-9]{{1,12}})\${_SALT}\$([0-9]{{1,12}})\$([0-9]{{1,12}})\${_B64}{{86}}==")

# --- Caps ---------------------------------------------------------------------------------------------------------------
_ARGON2_MOST_KIB = 256 * 1024
_ARGON2_MOST_PASSES = 10
_ARGON2_MOST_LANES = 16
_PBKDF2_MOST = 3_000_000
_BCRYPT_ROUNDS = range(4, 15)
# Bytes that scrypt takes: 128 · n · r.
_SCRYPT_MOST_BYTES = 128 * 1024 * 1024
_SCRYPT_MOST_PARALLEL = 8


class Fault(enum.StrEnum):
    """Why a stored hash is not computed."""

    DAMAGED = "damaged"
    TOO_COSTLY = "too_costly"
    UNKNOWN_KIND = "unknown_kind"


def fault_of(stored: str) -> Fault | None:
    """What is wrong with a stored hash, or None when it may be computed. Hashes nothing and never raises."""
    shape = _SHAPES.get(stored.partition("$")[0])
    if shape is None:
        return Fault.UNKNOWN_KIND
    pattern, is_affordable = shape
    found = pattern.fullmatch(stored)
    if found is None or not _is_whole(found):
        return Fault.DAMAGED
    return None if is_affordable(found) else Fault.TOO_COSTLY


def _is_whole(found: re.Match[str]) -> bool:
    """Unpadded base64 is never one character over a multiple of four."""
    return found.re is not _ARGON2 or all(len(found[part]) % 4 != 1 for part in (4, 5))


def _argon2_is_affordable(found: re.Match[str]) -> bool:
    memory, passes, lanes = (int(found[part]) for part in (1, 2, 3))
    # RFC 9106 §3.1: at least one pass and one lane, and eight KiB of memory for each lane.
    is_valid = passes >= 1 and lanes >= 1 and memory >= 8 * lanes
    return is_valid and memory <= _ARGON2_MOST_KIB and passes <= _ARGON2_MOST_PASSES and lanes <= _ARGON2_MOST_LANES


def _pbkdf2_is_affordable(found: re.Match[str]) -> bool:
    return 1 <= int(found[1]) <= _PBKDF2_MOST


def _bcrypt_is_affordable(found: re.Match[str]) -> bool:
    return int(found[1]) in _BCRYPT_ROUNDS


def _scrypt_is_affordable(found: re.Match[str]) -> bool:
    n, r, p = (int(found[part]) for part in (1, 2, 3))
    # RFC 7914 §2: n is a power of two above one.
    is_valid = n > 1 and n & (n - 1) == 0 and r >= 1 and p >= 1
    return is_valid and 128 * n * r <= _SCRYPT_MOST_BYTES and p <= _SCRYPT_MOST_PARALLEL


_SHAPES: Mapping[str, tuple[re.Pattern[str], Callable[[re.Match[str]], bool]]] = {
    "argon2": (_ARGON2, _argon2_is_affordable),
    "pbkdf2_sha256": (_PBKDF2_SHA256, _pbkdf2_is_affordable),
    "pbkdf2_sha1": (_PBKDF2_SHA1, _pbkdf2_is_affordable),
    "bcrypt_sha256": (_BCRYPT_SHA256, _bcrypt_is_affordable),
    "scrypt": (_SCRYPT, _scrypt_is_affordable),
}
