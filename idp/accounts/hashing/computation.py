"""Compute one password hash: in the hashing process, or here where `IDP_HASHING_PROCESS` is off.

The only door to the hash functions. Off is for tests of other things, which would start a program each.
"""

from django.conf import settings

from idp.accounts.errors import HashingUnavailable
from idp.accounts.hashing.process import HashingProcess
from idp.accounts.hashing_slots import RUNNING

hashing_process = HashingProcess(sockets=RUNNING)


def compute_hash(function: str, *arguments: str | int) -> str:
    """The text that this function of `functions` makes. Raises HashingUnavailable."""
    made = _computed(function, *arguments)
    if not isinstance(made, str):
        raise HashingUnavailable(detail=f"{function} made no text")
    return made


def compute_verdict(function: str, *arguments: str | int) -> bool:
    """Whether it matches, by this function of `functions`. Raises HashingUnavailable."""
    verdict = _computed(function, *arguments)
    if not isinstance(verdict, bool):
        raise HashingUnavailable(detail=f"{function} gave no verdict")
    return verdict


def _computed(function: str, *arguments: str | int) -> str | bool:
    if settings.IDP_HASHING_PROCESS:
        return hashing_process.ask(function, *arguments)
    return _computed_here(function, *arguments)


def _computed_here(function: str, *arguments: str | int) -> str | bool:
    # Loads argon2 and bcrypt, which a serving process need not hold.
    from idp.accounts.hashing.functions import FUNCTIONS, OutOfResources  # noqa: PLC0415

    try:
        return FUNCTIONS[function](*arguments)
    except OutOfResources as exc:
        raise HashingUnavailable(detail=str(exc)) from exc
