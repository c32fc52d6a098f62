"""Claims asked for singly, and what they ask of the sign-in: one person (`sub`), certain levels (`acr`) (OIDC Core §5.5).

A claim that nobody knows, or that this client may not see by scope either, is left out without an error (OIDC Core §5.5.1).
"""

import json
from collections.abc import Container
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, StrictBool, ValidationError

from idp.core.api_ingress import unique_members
from idp.core.errors import RedirectedError
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.jose.claims import SCOPE_OF
from idp.oidc.jose.requested_claims import RequestedClaims

# Members in one place; fewer than thirty are known.
_MOST_CLAIMS = 100
# OIDC Core §2: a `sub` has at most 255 ASCII characters.
_LONGEST_SUBJECT = 255


class _Single(BaseModel):
    """How one claim is asked for; members that nobody defined are ignored (OIDC Core §5.5.1)."""

    essential: StrictBool = False
    value: Any = None
    values: list[Any] = []

    @property
    def wanted(self) -> list[Any]:
        """The values that will do; none: any."""
        return self.values if self.value is None else [self.value, *self.values]


_Place = dict[str, _Single | None]


class _Asked(BaseModel):
    """The parameter; places other than these two are ignored (OIDC Core §5.5)."""

    userinfo: _Place | None = None
    id_token: _Place | None = None


@implements("OIDC Core", "5.5")
def claims(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `claims`, `acr_values`, `essential_acrs`, narrows `expected_subjects`. Raises `RedirectedError` invalid_request."""
    sent = request.value("claims")
    if not sent:
        return request
    asked = _parsed(sent)
    userinfo, id_token = asked.userinfo or {}, asked.id_token or {}
    # What a client may not see by scope it may not ask for singly either.
    known = {name for name, scope in SCOPE_OF.items() if scope in context.permitted_scopes}
    acr = id_token.get("acr") or _Single()
    levels = tuple(str(level) for level in acr.wanted)
    return request.having(
        claims=RequestedClaims(userinfo=_listed(userinfo, known), id_token=_listed(id_token, known)),
        expected_subjects=_narrowed(request.expected_subjects, userinfo.get("sub"), id_token.get("sub")),
        **{"essential_acrs" if acr.essential else "acr_values": levels},
    )


def _parsed(sent: str) -> _Asked:
    """Raises `RedirectedError` invalid_request for anything but the object of OIDC Core §5.5."""
    try:
        asked = _Asked.model_validate(json.loads(sent, object_pairs_hook=unique_members))
    except (ValidationError, ValueError, RecursionError) as exc:
        raise RedirectedError(
            "invalid_request", _("claims is not the JSON object that OpenID Connect Core 5.5 describes.")
        ) from exc
    if any(len(place) > _MOST_CLAIMS for place in (asked.userinfo, asked.id_token) if place):
        raise RedirectedError("invalid_request", _("claims asks for more than 100 claims in one place."))
    return asked


def _listed(place: _Place, known: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in place if name in known)


@implements("OIDC Core", "5.5.1")
def _narrowed(expected: tuple[str, ...], *asked: _Single | None) -> tuple[str, ...]:
    """Whom an id_token_hint and each `sub` with values agree on. Raises `RedirectedError` when that is nobody."""
    for wanted in (single.wanted for single in asked if single is not None and single.wanted):
        if not all(isinstance(sub, str) and sub.isascii() and len(sub) <= _LONGEST_SUBJECT for sub in wanted):
            raise RedirectedError("invalid_request", _("claims names a sub that no person here can have."))
        expected = tuple(sub for sub in wanted if sub in expected) if expected else tuple(wanted)
        if not expected:
            raise RedirectedError("invalid_request", _("claims and id_token_hint name different people."))
    return expected
