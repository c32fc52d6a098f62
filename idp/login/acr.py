"""How strongly somebody is known: from proofs to an Authentication Context Class (OIDC Core §2, `acr`).

The ladder is the whole policy of levels. A rung that no proof of today reaches is not listed, so discovery cannot advertise it
and no requirement can ask for it.
"""

from collections.abc import Collection

from idp.login.types import Proof
from idp.mfa.policy import must_have_second_factor

ONE_FACTOR = "aal1"
TWO_FACTORS = "aal2"
# Of the registry of OpenID Connect Extended Authentication Profile (EAP) ACR Values 1.0 §2.
PHISHING_RESISTANT = "phr"
# Weakest first: the acr, and the sets of proofs of which one is enough.
_LADDER: tuple[tuple[str, tuple[frozenset[Proof], ...]], ...] = (
    # What another service asked of the person is not ours to count: it stands for one factor, whatever it was.
    (ONE_FACTOR, (frozenset({Proof.PWD}), frozenset({Proof.FED}))),
    (
        TWO_FACTORS,
        (
            frozenset({Proof.PWD, Proof.OTP}),
            frozenset({Proof.PWD, Proof.HWK, Proof.USER}),
            frozenset({Proof.PWD, Proof.SWK, Proof.USER}),
            frozenset({Proof.FED, Proof.OTP}),
            frozenset({Proof.FED, Proof.HWK, Proof.USER}),
            frozenset({Proof.FED, Proof.SWK, Proof.USER}),
        ),
    ),
    # A passkey whose device checked its owner is possession and a second factor in one; no page can phish it.
    (
        PHISHING_RESISTANT,
        (
            frozenset({Proof.HWK, Proof.USER, Proof.VERIFIED}),
            frozenset({Proof.SWK, Proof.USER, Proof.VERIFIED}),
        ),
    ),
)


def reachable_acrs() -> tuple[str, ...]:
    """Every acr a sign-in can reach today, weakest first."""
    return tuple(acr for acr, _sets in _LADDER)


def reached_acr(proofs: Collection[Proof]) -> str:
    """The strongest acr these proofs reach, or "" for none."""
    given = set(proofs)
    return next((acr for acr, sets in reversed(_LADDER) if any(needed <= given for needed in sets)), "")


def meets(*, reached: str, required: str) -> bool:
    """Whether one acr is at least another; an acr nobody can reach is met by none."""
    order = reachable_acrs()
    return reached in order and required in order and order.index(reached) >= order.index(required)


def weakest(acrs: Collection[str]) -> str:
    """The lowest of these reachable acrs, or "" for none."""
    return next((acr for acr in reachable_acrs() if acr in acrs), "")


def acr_of_role(role: str) -> str:
    """The level below which nobody of this role is let in anywhere."""
    return TWO_FACTORS if must_have_second_factor(role) else ONE_FACTOR


def stronger(one: str, other: str) -> str:
    """The higher of two reachable acrs."""
    return other if meets(reached=other, required=one) else one
