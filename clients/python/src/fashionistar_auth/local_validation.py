"""Judges an RFC 9068 access token by itself: signature, times, audience, without asking the provider.

Sits under `validation`, only where VALIDATION is "local". The trade: a yes from here holds until the token's `exp`,
whatever was revoked meanwhile, except for what the provider told us (`changed_accounts`). What a token does not say is
not guessed: then the provider is asked. The judgment is `acceptance` and the claims are made by `claims_from`, the same
functions that an introspection answer goes through.
"""

import logging
import time
from collections.abc import Callable

from fashionistar_auth import changed_accounts
from fashionistar_auth.acceptance import Check, Expectation, refusal_reason
from fashionistar_auth.claims import TokenClaims, claims_from
from fashionistar_auth.conf import AuthSettings
from fashionistar_auth.provider_keys import KeysUnavailable, ProviderKeys
from fashionistar_auth.schemas import IntrospectionAnswer, MalformedAnswer, parse_answer
from fashionistar_auth.signed_tokens import NotOurs, UnknownKey, is_compact, signed_payload

logger = logging.getLogger("fashionistar_auth")

#: RFC 9068 section 4, in both forms.
_TYPES = ("at+jwt", "application/at+jwt")


class Undecided(Exception):
    """Only the provider can judge this token; the text is for the log."""


class LocalValidator:
    """One service's judgment on signed access tokens; thread-safe."""

    def __init__(self, settings: AuthSettings, keys: ProviderKeys) -> None:
        self._settings = settings
        self._keys = keys

    def validate(self, token: str) -> TokenClaims | None:
        """Return the claims of a token that the provider signed for this service, else None. Raises: Undecided."""
        # Is it signed, as an access token, by the provider?
        if not is_compact(token):
            raise Undecided("the token is opaque")
        try:
            payload = signed_payload(token, types=_TYPES, keys=self._keys)
            answer, raw = parse_answer(payload, active=True, token_type="Bearer")  # noqa: S106 - a type, no secret
        except (UnknownKey, KeysUnavailable) as exc:
            raise Undecided(str(exc)) from exc
        except (NotOurs, MalformedAnswer) as exc:
            logger.info("A signed token was refused: %s", exc)
            return None

        # Is it for us, now?
        expected = Expectation(
            issuer=self._settings.issuer,
            resource=self._settings.resource,
            now=time.time(),
            leeway=self._settings.leeway_seconds,
        )
        if reason := refusal_reason(answer, expected, further=_CHECKS):
            logger.info("A signed token was refused: %s (client_id %r)", reason, answer.client_id)
            return None

        # Does it say all that the provider would?
        claims = claims_from(answer, raw)
        if doubt := next((doubt for look in _DOUBTS if (doubt := look(answer, self._settings))), None):
            raise Undecided(doubt)
        if changed_accounts.has_changed(claims):
            raise Undecided("the provider told of a change since it was issued")
        return claims


# --- What a token must say, beside what an introspection answer must (RFC 9068 section 2.2) -------------------------
def _issued(answer: IntrospectionAnswer, expected: Expectation) -> str | None:
    ahead = answer.iat is None or answer.iat > expected.now + expected.leeway
    return "iat is missing or lies ahead" if ahead else None


def _named(answer: IntrospectionAnswer, _: Expectation) -> str | None:
    return None if answer.jti else "jti is missing"


_CHECKS: tuple[Check, ...] = (_issued, _named)


# --- Why the provider is asked all the same -------------------------------------------------------------------------
def _lasts_long(answer: IntrospectionAnswer, _: AuthSettings) -> str | None:
    """Changes are remembered for so long and no longer."""
    life = (answer.exp or 0) - (answer.iat or 0)
    return f"it lives for more than {changed_accounts.LONGEST_LIFE} s" if life > changed_accounts.LONGEST_LIFE else None


def _sign_in_untold(answer: IntrospectionAnswer, _: AuthSettings) -> str | None:
    """RFC 9068 section 2.2.1: what rules about the sign-in need."""
    said = (answer.sid, answer.auth_time, answer.acr, answer.amr)
    return "it does not tell the sign-in" if _is_person(answer) and None in said else None


def _roles_untold(answer: IntrospectionAnswer, _: AuthSettings) -> str | None:
    said = (answer.role, answer.roles, answer.is_staff)
    needs = _is_person(answer) and "roles" in (answer.scope or "").split()
    return "it does not tell the roles" if needs and None in said else None


def _contact_untold(answer: IntrospectionAnswer, settings: AuthSettings) -> str | None:
    """E-mail and phone stand in no JWT, since whoever carries one can read it."""
    asked = _is_person(answer) and not set((answer.scope or "").split()).isdisjoint(settings.introspected_scopes)
    return "its scopes release more than it tells" if asked else None


def _is_person(answer: IntrospectionAnswer) -> bool:
    return answer.sub != answer.client_id


_DOUBTS: tuple[Callable[[IntrospectionAnswer, AuthSettings], str | None], ...] = (
    _lasts_long,
    _sign_in_untold,
    _roles_untold,
    _contact_untold,
)
