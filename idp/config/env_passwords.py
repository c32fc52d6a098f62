"""The part of the environment that says what a password must be, and what its hash costs.

A base of `env.Environment`. `idp.accounts.password_policy` and `idp.accounts.hashers` act on it.
"""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings

from idp.config import env_values as values

# KiB of memory, passes, lanes.
Argon2Cost = tuple[int, int, int]

# The second of the costs that OWASP's Password Storage Cheat Sheet calls equally strong. The last, m=7168 and t=5, has the
# least memory and the least work: nothing below it is taken.
_OWASP: Argon2Cost = (19_456, 2, 1)
_LEAST_KIB, _LEAST_WORK = 7_168, 35_840
# What `idp.accounts.stored_hashes` would refuse to compute is not made either.
_MOST: Argon2Cost = (262_144, 10, 16)
_COST = re.compile(r"m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})", re.ASCII)


def _argon2_cost(text: str) -> Argon2Cost:
    """Raises: ValueError."""
    found = _COST.fullmatch(text)
    if not found:
        raise ValueError("must read like m=19456,t=2,p=1: KiB of memory, passes, lanes")
    memory, passes, lanes = (int(part) for part in found.groups())
    if memory < _LEAST_KIB or memory * passes < _LEAST_WORK or not passes or not lanes or memory < 8 * lanes:
        raise ValueError(
            "must cost an attacker no less than m=7168,t=5,p=1: at least 7168 KiB, and KiB times passes at least 35840"
        )
    if memory > _MOST[0] or passes > _MOST[1] or lanes > _MOST[2]:
        raise ValueError("must be at most m=262144,t=10,p=16, so that a sign-in takes no server down")
    return memory, passes, lanes


class PasswordEnvironment(BaseSettings):
    """Rules for new passwords, and the cost of hashes."""

    password_min_length: Annotated[int, BeforeValidator(values.whole_number(8, 64))] = Field(
        8, validation_alias="IDP_PASSWORD_MIN_LENGTH"
    )
    password_range_url: Annotated[
        str, BeforeValidator(values.service_url("https", example="https://passwords.example.com/range/"))
    ] = Field("", validation_alias="IDP_PASSWORD_RANGE_URL")
    argon2: Annotated[Argon2Cost, BeforeValidator(_argon2_cost)] = Field(_OWASP, validation_alias="IDP_ARGON2")
    # Whether a hash of another kind or cost, such as an imported one, is replaced when its password is proven.
    upgrade_hashes: Annotated[bool, BeforeValidator(values.on_off)] = Field(True, validation_alias="IDP_UPGRADE_HASHES")
