"""How strongly somebody is known: from proofs to an Authentication Context Class (OIDC Core §2, `acr`).

The ladder is the whole policy. A rung that no proof of today reaches is not listed, so discovery cannot advertise it
and no requirement can ask for it.
"""

from collections.abc import Collection

from idp.login.types import Proof

# Weakest first: the acr, and the proofs it takes.
_LADDER: tuple[tuple[str, frozenset[Proof]], ...] = (("aal1", frozenset({Proof.PWD})),)


def reachable_acrs() -> tuple[str, ...]:
    """Every acr a sign-in can reach today, weakest first."""
    return tuple(acr for acr, _proofs in _LADDER)


def reached_acr(proofs: Collection[Proof]) -> str:
    """The strongest acr these proofs reach, or "" for none."""
    return next((acr for acr, needed in reversed(_LADDER) if needed <= set(proofs)), "")


def meets(*, reached: str, required: str) -> bool:
    """Whether one acr is at least another; an acr nobody can reach is met by none."""
    order = reachable_acrs()
    return reached in order and required in order and order.index(reached) >= order.index(required)
