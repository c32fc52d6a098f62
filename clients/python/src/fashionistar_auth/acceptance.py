"""Is this active token meant for this service? A tuple of pure checks, each with its clause.

The provider already judged the token; these checks are defence in depth, so that a provider that is misconfigured,
or asked with the wrong credentials, cannot let a token of another audience in (RFC 9700 section 4.9.1).
"""

from collections.abc import Callable
from dataclasses import dataclass

from fashionistar_auth.schemas import IntrospectionAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What this service expects of a token. `now` in seconds since the epoch, `leeway` in seconds."""

    issuer: str
    resource: str
    now: float
    leeway: int


#: A check returns None, or the reason of the refusal for the operator's log.
Check = Callable[[IntrospectionAnswer, Expectation], str | None]


def bearer_token(answer: IntrospectionAnswer, _: Expectation) -> str | None:
    """RFC 6750: any other type (DPoP, a refresh token) proves nothing when presented as Bearer."""
    return None if (answer.token_type or "").lower() == "bearer" else "token_type is not Bearer"


def not_sender_constrained(answer: IntrospectionAnswer, _: Expectation) -> str | None:
    """RFC 8705 section 3, RFC 9449 section 7.1: a token bound to a key needs a proof we did not see."""
    return None if answer.cnf is None else "the token is bound to a key"


def subject(answer: IntrospectionAnswer, _: Expectation) -> str | None:
    """OpenID Connect Core section 2: at most 255 ASCII characters, and it goes into a database look-up."""
    sub = answer.sub or ""
    return None if 0 < len(sub) <= 255 and sub.isascii() and sub.isprintable() else "sub is missing or unusable"


def client(answer: IntrospectionAnswer, _: Expectation) -> str | None:
    """Without client_id, a service's token could not be told from a person's."""
    return None if answer.client_id else "client_id is missing"


def issuer(answer: IntrospectionAnswer, expected: Expectation) -> str | None:
    """RFC 8414 section 2: compared character by character."""
    return None if answer.iss == expected.issuer else "iss is not the configured issuer"


def audience(answer: IntrospectionAnswer, expected: Expectation) -> str | None:
    """RFC 8707 section 2, RFC 9700 section 2.3: a token for another service is not for us."""
    return None if expected.resource in answer.audiences else "aud does not name this service"


def not_expired(answer: IntrospectionAnswer, expected: Expectation) -> str | None:
    """RFC 7662 section 2.2: a token that says no end is not one of ours."""
    return None if answer.exp is not None and expected.now - expected.leeway < answer.exp else "exp is missing or past"


def already_valid(answer: IntrospectionAnswer, expected: Expectation) -> str | None:
    """RFC 7662 section 2.2, `nbf`."""
    return None if answer.nbf is None or answer.nbf <= expected.now + expected.leeway else "nbf lies ahead"


CHECKS: tuple[Check, ...] = (
    bearer_token,
    not_sender_constrained,
    subject,
    client,
    issuer,
    audience,
    not_expired,
    already_valid,
)


def refusal_reason(
    answer: IntrospectionAnswer, expected: Expectation, *, further: tuple[Check, ...] = ()
) -> str | None:
    """Return why an active token is not for this service, or None when it is."""
    return next((reason for check in (*CHECKS, *further) if (reason := check(answer, expected))), None)
