"""How passwords are hashed: Argon2id (RFC 9106) at the cost OWASP's Password Storage Cheat Sheet names as its minimum.

19 MiB, two passes, one lane: strong against graphics cards, and small enough that a burst of sign-ins does not exhaust the
memory of a small server. A hash made at another cost, or by one of Django's other hashers, still proves its password and
is upgraded at that sign-in; `stored_hashes` refuses what would cost too much.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher, ScryptPasswordHasher

from idp.accounts.stored_hashes import SCRYPT_MOST_BYTES


class Argon2id(Argon2PasswordHasher):
    """Django's Argon2 hasher (its variant is Argon2id) with our cost."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1


class Scrypt(ScryptPasswordHasher):
    """Django's, with room for what `stored_hashes` lets through: OpenSSL's own limit of 32 MiB would raise instead."""

    maxmem = SCRYPT_MOST_BYTES + 8 * 1024 * 1024
