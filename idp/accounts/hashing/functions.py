"""The hash functions behind every stored password, on plain values: text and numbers in, text or a verdict out.

Nothing here decides a cost; `hashers` and `stored_hashes` do. Being short of memory or threads is an error of its own and
never looks like a wrong password.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping

import argon2
import argon2.low_level
import bcrypt
from _argon2_cffi_bindings import lib

Argument = str | int
Result = str | bool


class OutOfResources(Exception):
    """The machine has no memory or thread for this hash now; nothing was found out about the password."""


# What argon2's exceptions say then; they have no code.
_SHORT_OF_RESOURCES = {
    argon2.low_level.error_to_str(code) for code in (lib.ARGON2_MEMORY_ALLOCATION_ERROR, lib.ARGON2_THREAD_FAIL)
}


def argon2id_hash(password: str, salt: str, passes: int, kib: int, lanes: int) -> str:
    """A new Argon2id hash in PHC string format (RFC 9106 §3.1). Raises OutOfResources."""
    try:
        made = argon2.low_level.hash_secret(
            password.encode(),
            salt.encode(),
            time_cost=passes,
            memory_cost=kib,
            parallelism=lanes,
            hash_len=argon2.DEFAULT_HASH_LENGTH,
            type=argon2.low_level.Type.ID,
        )
    except argon2.exceptions.HashingError as exc:
        raise OutOfResources(str(exc)) from exc
    return made.decode("ascii")


def argon2_verify(password: str, stored: str) -> bool:
    """Whether a hash in PHC string format is this password's, of any variant and cost. Raises OutOfResources."""
    try:
        return argon2.PasswordHasher().verify(stored, password)
    except argon2.exceptions.VerificationError as exc:
        # The library has one exception for "does not match", "cannot be read" and "could not be computed".
        if str(exc) in _SHORT_OF_RESOURCES:
            raise OutOfResources(str(exc)) from exc
        return False


def pbkdf2(password: str, salt: str, iterations: int, digest: str) -> str:
    """PBKDF2 with HMAC (RFC 8018 §5.2), in base64."""
    return base64.b64encode(hashlib.pbkdf2_hmac(digest, password.encode(), salt.encode(), iterations)).decode("ascii")


def bcrypt_of_sha256(password: str, setting: str) -> str:
    """Bcrypt of the password's SHA-256 in hexadecimal: bcrypt itself reads 72 bytes only. `setting` begins as the hash does."""
    digest = hashlib.sha256(password.encode()).hexdigest()
    return bcrypt.hashpw(digest.encode(), setting.encode("ascii")).decode("ascii")


def scrypt(password: str, salt: str, n: int, r: int, p: int) -> str:
    """64 bytes of scrypt (RFC 7914 §6), in base64. Raises OutOfResources."""
    # Leave to take what it needs: OpenSSL's own limit of 32 MiB would raise instead.
    most = 128 * r * (n + p + 2) + 1024 * 1024
    try:
        made = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=most, dklen=64)
    except MemoryError as exc:
        raise OutOfResources("scrypt") from exc
    return base64.b64encode(made).decode("ascii")


FUNCTIONS: Mapping[str, Callable[..., Result]] = {
    function.__name__: function for function in (argon2id_hash, argon2_verify, pbkdf2, bcrypt_of_sha256, scrypt)
}
