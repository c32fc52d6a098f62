"""The provider's password hasher at the lowest cost Argon2 allows: the same code path in microseconds."""

from idp.accounts.hashers import Argon2id


class CheapArgon2id(Argon2id):
    """For tests only; hashes made with it are upgraded by the real one."""

    time_cost = 1
    memory_cost = 8
