"""An authorization request as it grows through the checks: frozen, each check returns a new one (OIDC Core §3.1.2.1)."""

from dataclasses import dataclass
from typing import Any, Self

from idp.core.types import Schema
from idp.oidc.jose.requested_claims import RequestedClaims
from idp.oidc.models import Client


class AuthorizationRequest(Schema):
    """`parameters` is what was sent; the other members are filled by the checks that vouch for them.

    `max_age` is in seconds. `expected_subjects` are those an id_token_hint or the claims parameter names, one of whom has to be
    signed in; none: anybody. Of `wanted_acrs` one has to be reached. `language` is one of ours, or "" for the browser's. `claims`
    are asked for singly.
    """

    parameters: dict[str, tuple[str, ...]]
    client_id: str = ""
    redirect_uri: str = ""
    state: str = ""
    response_mode: str = "query"
    scopes: tuple[str, ...] = ()
    nonce: str = ""
    code_challenge: str = ""
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    expected_subjects: tuple[str, ...] = ()
    login_hint: str = ""
    language: str = ""
    acr_values: tuple[str, ...] = ()
    essential_acrs: tuple[str, ...] = ()
    claims: RequestedClaims = RequestedClaims()
    resources: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        """One parameter as sent, or "" when absent."""
        return next(iter(self.parameters.get(name, ())), "")

    @property
    def wanted_acrs(self) -> tuple[str, ...]:
        """The levels of which one is enough: the essential ones, else the wished ones; none: any level.

        Where no page may be shown, a wish has to be content with what there is: it is voluntary (OIDC Core §3.1.2.1).
        """
        return self.essential_acrs or (() if "none" in self.prompt else self.acr_values)

    def having(self, **members: Any) -> Self:  # noqa: ANN401 - members of this model
        """The same request with these members set."""
        return self.model_copy(update=members)


@dataclass(frozen=True, slots=True)
class Context:
    """What checks may know besides the request, loaded before they run so that they stay pure."""

    client: Client | None
    known_scopes: frozenset[str]
    permitted_scopes: frozenset[str]
    pkce_optional: bool = False
