"""How passwords are hashed: Argon2id (RFC 9106), unless `IDP_ARGON2` says otherwise at the cost OWASP names as its minimum.

19 MiB, two passes, one lane: strong against graphics cards, and small enough that a burst of sign-ins does not exhaust the
memory of a small server. A hash made at another cost, or by one of Django's other hashers, still proves its password and
is upgraded at that sign-in (`IDP_UPGRADE_HASHES`); `stored_hashes` refuses what would cost too much.

These are Django's hashers, formats and all, but for one thing: the hash function itself runs where `computation` says.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    BCryptSHA256PasswordHasher,
    PBKDF2PasswordHasher,
    ScryptPasswordHasher,
)

from idp.accounts.hashing.computation import compute_hash, compute_verdict


class Argon2id(Argon2PasswordHasher):
    """Makes our hashes, with our cost; proves those of any Argon2 variant and cost."""

    # KiB, passes, lanes.
    memory_cost, time_cost, parallelism = settings.IDP_ARGON2

    def encode(self, password: str, salt: str) -> str:
        """The hash to store. Raises HashingUnavailable."""
        costs = (self.time_cost, self.memory_cost, self.parallelism)
        return f"{self.algorithm}{compute_hash('argon2id_hash', password, salt, *costs)}"

    def verify(self, password: str, encoded: str) -> bool:
        """Whether they belong together. Raises HashingUnavailable."""
        return compute_verdict("argon2_verify", password, f"${encoded.partition('$')[2]}")


class Pbkdf2Sha256(PBKDF2PasswordHasher):
    """Proves what Django made before."""

    digest_name: ClassVar[str] = "sha256"

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """The hash as stored. Raises HashingUnavailable."""
        iterations = iterations or self.iterations
        return f"{self.algorithm}${iterations}${salt}${compute_hash('pbkdf2', password, salt, iterations, self.digest_name)}"


class Pbkdf2Sha1(Pbkdf2Sha256):
    """The same with an older digest."""

    algorithm = "pbkdf2_sha1"
    digest_name = "sha1"


class BcryptSha256(BCryptSHA256PasswordHasher):
    """Proves what Django made of bcrypt."""

    def encode(self, password: str, salt: bytes | str) -> str:
        """The hash as stored; `salt` may be a whole hash, of which bcrypt reads the beginning. Raises HashingUnavailable."""
        setting = salt.decode("ascii") if isinstance(salt, bytes) else salt
        return f"{self.algorithm}${compute_hash('bcrypt_of_sha256', password, setting)}"


class Scrypt(ScryptPasswordHasher):
    """Proves what Django made of scrypt."""

    def encode(self, password: str, salt: str, n: int | None = None, r: int | None = None, p: int | None = None) -> str:
        """The hash as stored. Raises HashingUnavailable."""
        n, r, p = n or self.work_factor, r or self.block_size, p or self.parallelism
        return f"{self.algorithm}${n}${salt}${r}${p}${compute_hash('scrypt', password, salt, n, r, p)}"
