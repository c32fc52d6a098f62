"""What a client registration may say (RFC 7591 §2, OIDC Dynamic Registration §2), and members of our own.

Here stand the members that are acted upon. `members.py` has the others that are registered: kept for later, or refused by name.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from idp.core.types import ApplicationName, Schema
from idp.login.acr import reachable_acrs
from idp.oidc.client_auth.secret import SHORTEST_SECRET
from idp.oidc.jose.public_keys import ALGORITHMS, find_problems, signs_with, usable
from idp.oidc.provider.clients import CLIENT_ID
from idp.oidc.provider.scopes import ADMIN, may_administer
from idp.oidc.registry import uris
from idp.oidc.registry.event_receiver import EventReceiverRegistration

# What a column of a positive integer holds.
_MOST_SECONDS = 2**31 - 1
# In `resource_identifiers`: this client may ask about any token.
EVERY_RESOURCE = "*"

# The window in which a refresh token just replaced is answered again.
_LONGEST_WINDOW_SECONDS = 60


def _short_window(seconds: int) -> int:
    """A longer one is for tokens that are useless without their sender's key (RFC 9700 §4.14.2). Raises ValueError."""
    if seconds > _LONGEST_WINDOW_SECONDS:
        raise ValueError(
            f"more than {_LONGEST_WINDOW_SECONDS} seconds need refresh tokens bound to their sender "
            "(RFC 8705, RFC 9449), which this provider does not issue yet; leave it out or shorten it"
        )
    return seconds


# What we sign with: `jose/keys.py` has a key for each.
SigningAlgorithm = Literal["RS256", "PS256", "ES256", "EdDSA"]
GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]
WebUri = Annotated[str, AfterValidator(uris.require_web_uri)]
# What this provider calls by itself.
CalledUri = Annotated[str, AfterValidator(lambda uri: uri and uris.require_called_uri(uri))]
Origin = Annotated[str, AfterValidator(uris.require_origin)]
PrivateScheme = Annotated[str, AfterValidator(uris.require_private_scheme)]


def _require_key_set(value: dict[str, object]) -> dict[str, object]:
    """A JWK Set of public keys that are strong enough. Raises ValueError."""
    if problems := "; ".join(find_problems(value)):
        raise ValueError(problems)
    return value


class ClientRegistration(Schema):
    """One client. Lists come as JSON or TOML arrays; `scope` is one string, names separated by spaces (RFC 7591 §2)."""

    client_id: Annotated[str, Field(pattern=CLIENT_ID)]
    client_name: Annotated[ApplicationName, Field(min_length=1, max_length=100)]
    client_uri: WebUri | Literal[""] = ""
    logo_uri: WebUri | Literal[""] = ""
    application_type: Literal["web", "native"] = "web"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[GrantType, ...] = ("authorization_code",)
    response_types: tuple[Literal["code"], ...] = ("code",)
    token_endpoint_auth_method: Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] = (
        "client_secret_basic"
    )
    client_secret: SecretStr | None = None
    jwks: Annotated[dict[str, object], AfterValidator(_require_key_set)] | None = None
    jwks_uri: CalledUri = ""
    token_endpoint_auth_signing_alg: Literal["RS256", "PS256", "ES256", "EdDSA", ""] = ""
    scope: str = "openid"
    id_token_signed_response_alg: SigningAlgorithm = "RS256"
    userinfo_signed_response_alg: SigningAlgorithm | Literal[""] = ""
    # What holds for its requests when they do not say (OIDC Dynamic Registration §2). Seconds.
    default_max_age: Annotated[int, Field(ge=0, le=_MOST_SECONDS)] | None = None
    default_acr_values: tuple[str, ...] = ()
    # Who is told when a session ends (OIDC Back-Channel Logout §2.2). Every logout token holds `sid`, required or not.
    backchannel_logout_uri: CalledUri = ""
    backchannel_logout_session_required: bool = False
    # Ours: who is told what happens to accounts.
    event_receiver: EventReceiverRegistration | None = None

    # Ours. Of `private_key_jwt`: whether an assertion may name the token endpoint as its audience, or our issuer only.
    client_assertion_audience: Literal["issuer", "issuer_or_token_endpoint"] = "issuer_or_token_endpoint"
    client_secret_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | Literal[""] = ""
    # An access token as a JWT can be verified without us, and then outlives its revocation (RFC 9068).
    access_token_format: Literal["opaque", "jwt"] = "opaque"
    first_party: bool = False
    require_pkce: bool = True
    resource_identifiers: tuple[str, ...] = ()
    default_resource: str = ""
    # Beside the default one, what it may ask tokens for (RFC 8707 section 2).
    allowed_resources: tuple[WebUri, ...] = ()
    id_token_claims: tuple[str, ...] = ()
    allowed_origins: tuple[Origin, ...] = ()
    allowed_schemes: tuple[PrivateScheme, ...] = ()
    # None: rotation for public clients only. Seconds below.
    refresh_token_rotation: bool | None = None
    refresh_token_grace_seconds: Annotated[int, Field(ge=0), AfterValidator(_short_window)] = _LONGEST_WINDOW_SECONDS
    refresh_token_max_lifetime_seconds: Annotated[int, Field(ge=60, le=366 * 24 * 3600)] = 30 * 24 * 3600
    metadata: dict[str, object] = {}

    @field_validator("default_acr_values")
    @classmethod
    def _reachable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """OIDC Core §2: a level that no sign-in reaches would never be met."""
        reachable = reachable_acrs()
        if unreachable := [acr for acr in value if acr not in reachable]:
            raise ValueError(f"no sign-in reaches {', '.join(unreachable)}; there is {', '.join(reachable)}")
        return value

    @field_validator("resource_identifiers", "default_resource")
    @classmethod
    def _absolute(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        """RFC 8707 §2: absolute URIs without fragment. In a list, "*" alone covers every resource."""
        for uri in (value,) if isinstance(value, str) else value:
            if value not in ("", (EVERY_RESOURCE,)):
                uris.require_web_uri(uri)
        return value

    @model_validator(mode="after")
    def _addresses_fit(self) -> Self:
        """Redirect addresses are judged together with the schemes the same registration lists."""
        for uri in (*self.redirect_uris, *self.post_logout_redirect_uris):
            uris.require_redirect_uri(uri, private_schemes=self.allowed_schemes)
        if self.allowed_schemes and self.application_type != "native":
            raise ValueError("allowed_schemes are for application_type native")
        if "authorization_code" in self.grant_types and not self.redirect_uris:
            raise ValueError("redirect_uris is needed for the authorization_code grant")
        return self

    @model_validator(mode="after")
    def _every_resource_is_for_our_own(self) -> Self:
        """Whoever may ask about any token reads what other services' tokens say about a person."""
        if self.resource_identifiers == (EVERY_RESOURCE,) and not self.first_party:
            raise ValueError('resource_identifiers: ["*"] is for first_party clients only; name the resources')
        return self

    @model_validator(mode="after")
    def _news_of_everybody_is_for_our_own(self) -> Self:
        """A receiver hears of every account, also of people who never used it."""
        if self.event_receiver is not None and not self.first_party:
            raise ValueError("event_receiver is for first_party clients only")
        return self

    @model_validator(mode="after")
    def _administration_is_for_our_own_desks(self) -> Self:
        """A stolen phone must not administer the platform, nor another company's application."""
        if ADMIN in self.scope.split() and not may_administer(self):
            raise ValueError(f"scope {ADMIN} is for first_party clients that are not native apps")
        return self

    @model_validator(mode="after")
    def _a_jwt_has_an_audience(self) -> Self:
        """RFC 9068 §3: whoever verifies it by itself has nothing but `aud` to tell that it was meant."""
        if self.access_token_format == "jwt" and not self.default_resource:
            raise ValueError("access_token_format: jwt needs a default_resource, which becomes its audience")
        return self

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        """Keys stand here or behind an address, not both (RFC 7591 §2); a client that proves itself by them has one that fits."""
        if self.jwks is not None and self.jwks_uri:
            raise ValueError("give either jwks or jwks_uri, not both")
        if self.token_endpoint_auth_method != "private_key_jwt":
            return self
        if self.jwks is None and not self.jwks_uri:
            raise ValueError("token_endpoint_auth_method private_key_jwt needs jwks or jwks_uri")
        wanted = (self.token_endpoint_auth_signing_alg,) if self.token_endpoint_auth_signing_alg else ALGORITHMS
        if self.jwks is not None and not any(signs_with(key, alg) for key in usable(self.jwks) for alg in wanted):
            raise ValueError(f"jwks: no key signs with {', '.join(wanted)}")
        return self

    @model_validator(mode="after")
    def _secret_fits(self) -> Self:
        """Only a client that proves itself by a secret has one, and exactly one."""
        given = (self.client_secret is not None) + bool(self.client_secret_env)
        if self.token_endpoint_auth_method in {"none", "private_key_jwt"}:
            if given:
                kind = "a public client" if self.token_endpoint_auth_method == "none" else "a client that signs"
                raise ValueError(f"{kind} (token_endpoint_auth_method {self.token_endpoint_auth_method}) has no secret")
        elif given != 1:
            raise ValueError("give exactly one of client_secret_env and client_secret")
        if self.client_secret is not None and len(self.client_secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"client_secret is shorter than {SHORTEST_SECRET} characters")
        return self

    @model_validator(mode="after")
    def _a_public_client_is_bound(self) -> Self:
        """Whoever cannot prove itself has no grant of its own, and neither goes without PKCE nor without rotation."""
        if self.token_endpoint_auth_method == "none":
            if "client_credentials" in self.grant_types or self.resource_identifiers:
                raise ValueError("client_credentials and resource_identifiers need a client that can authenticate itself")
            if not self.require_pkce:
                raise ValueError("a public client cannot go without PKCE")
            if self.refresh_token_rotation is False:
                raise ValueError("a public client's refresh tokens are always rotated (RFC 9700 section 4.14.2)")
        return self
