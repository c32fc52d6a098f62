"""What a token must carry, as pure functions: claims and context in, a refusal or None out.

`permissions` puts these behind the interface DRF expects.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rest_framework.exceptions import APIException

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.errors import InsufficientRole, InsufficientScope, PersonRequired, StepUpRequired


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What a rule may know besides the claims. `now` in seconds since the epoch, `leeway` in seconds."""

    realm: str
    acr_order: tuple[str, ...]
    now: float
    leeway: int


Rule = Callable[[TokenClaims, RuleContext], APIException | None]


def person() -> Rule:
    """Only a signed-in person, not a service."""
    return lambda claims, _: PersonRequired() if claims.is_service else None


def all_scopes(*scopes: str) -> Rule:
    """Every one of these scopes (RFC 6749 section 3.3)."""

    def rule(claims: TokenClaims, context: RuleContext) -> APIException | None:
        return None if claims.scopes.issuperset(scopes) else InsufficientScope(realm=context.realm, scopes=scopes)

    return rule


def any_role(*roles: str) -> Rule:
    """At least one of these platform roles; a service has none."""
    return lambda claims, _: None if claims.roles.intersection(roles) else InsufficientRole()


def signed_in_with(acr: str | None, max_age: int | None) -> Rule:
    """An acr at least this strong, and a sign-in at most `max_age` seconds old (RFC 9470)."""

    def rule(claims: TokenClaims, context: RuleContext) -> APIException | None:
        # A challenge would be pointless: nobody is there to sign in again.
        if claims.is_service:
            return PersonRequired()
        if reaches(claims.acr, acr, context.acr_order) and is_fresh(claims.auth_time, max_age, context):
            return None
        return StepUpRequired(realm=context.realm, acr=acr, max_age=max_age)

    return rule


def reaches(actual: str | None, required: str | None, order: tuple[str, ...]) -> bool:
    """Whether one level is at least another; a level outside the order is met only by itself."""
    if required is None or actual == required:
        return True
    if actual not in order or required not in order:
        return False
    return order.index(actual) >= order.index(required)


def is_fresh(auth_time: int | None, max_age: int | None, context: RuleContext) -> bool:
    """Whether the sign-in is recent enough; one without a time, or from the future, is not."""
    if max_age is None:
        return True
    return auth_time is not None and -context.leeway <= context.now - auth_time <= max_age
