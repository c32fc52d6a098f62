"""How passwords are hashed: Argon2id (RFC 9106) at the cost OWASP's Password Storage Cheat Sheet names as its minimum.

19 MiB, two passes, one lane: strong against graphics cards, and small enough that a burst of sign-ins does not exhaust the
memory of a small server. A hash made at another cost is upgraded at the next successful sign-in.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Django's Argon2 hasher (its variant is Argon2id) with our cost."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
