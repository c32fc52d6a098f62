"""What a client registration may say (RFC 7591 §2, OIDC Dynamic Registration §2), and members of our own.

Every member is either acted upon, kept for later (`INERT`), or refused by name: a member that asks for protection we do not
give (a signed request object, a sender-constrained token) must never be accepted and ignored.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from idp.core.types import CleanText, Schema
from idp.oidc.client_auth.secret import SHORTEST_SECRET
from idp.oidc.provider.clients import CLIENT_ID
from idp.oidc.registry import uris

# Registered members that change nothing here yet: shown or used by capabilities to come, harmless until then.
INERT = frozenset({
    "contacts", "tos_uri", "policy_uri", "software_id", "software_version", "client_id_issued_at", "client_secret_expires_at",
    "default_max_age", "require_auth_time", "default_acr_values", "initiate_login_uri", "subject_type",
    "backchannel_logout_uri", "backchannel_logout_session_required", "frontchannel_logout_uri",
    "frontchannel_logout_session_required", "userinfo_signed_response_alg",
})  # fmt: skip

GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]
WebUri = Annotated[str, AfterValidator(uris.require_web_uri)]
Origin = Annotated[str, AfterValidator(uris.require_origin)]
PrivateScheme = Annotated[str, AfterValidator(uris.require_private_scheme)]


class ClientRegistration(Schema):
    """One client. Lists come as JSON or TOML arrays; `scope` is one string, names separated by spaces (RFC 7591 §2)."""

    client_id: Annotated[str, Field(pattern=CLIENT_ID)]
    client_name: Annotated[CleanText, Field(min_length=1, max_length=100)]
    client_uri: WebUri | Literal[""] = ""
    logo_uri: WebUri | Literal[""] = ""
    application_type: Literal["web", "native"] = "web"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[GrantType, ...] = ("authorization_code",)
    response_types: tuple[Literal["code"], ...] = ("code",)
    token_endpoint_auth_method: Literal["client_secret_basic", "client_secret_post", "none"] = "client_secret_basic"
    client_secret: SecretStr | None = None
    scope: str = "openid"
    id_token_signed_response_alg: Literal["RS256", "ES256"] = "RS256"

    # Ours.
    client_secret_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | Literal[""] = ""
    first_party: bool = False
    require_pkce: bool = True
    resource_identifiers: tuple[str, ...] = ()
    default_resource: str = ""
    id_token_claims: tuple[str, ...] = ()
    allowed_origins: tuple[Origin, ...] = ()
    allowed_schemes: tuple[PrivateScheme, ...] = ()
    # None: rotation for public clients only. Seconds below.
    refresh_token_rotation: bool | None = None
    refresh_token_grace_seconds: Annotated[int, Field(ge=0, le=300)] = 60
    refresh_token_max_lifetime_seconds: Annotated[int, Field(ge=60, le=366 * 24 * 3600)] = 30 * 24 * 3600
    metadata: dict[str, object] = {}

    @field_validator("resource_identifiers", "default_resource")
    @classmethod
    def _absolute(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        """RFC 8707 §2: absolute URIs without fragment; "*" alone covers every resource."""
        for uri in (value,) if isinstance(value, str) else value:
            if uri not in {"", "*"}:
                uris.require_web_uri(uri)
        return value

    @field_validator("metadata")
    @classmethod
    def _kept_for_later(cls, value: dict[str, object]) -> dict[str, object]:
        """What is only kept is judged today: whoever acts upon it later will trust it."""
        for name in (name for name in value if name.endswith("_uri")):
            try:
                uris.require_web_uri(str(value[name]))
            except ValueError as exc:
                raise ValueError(f"{name}: {exc}") from exc
        if value.get("subject_type", "public") != "public":
            raise ValueError("subject_type: only public is supported by this provider")
        oldest = value.get("default_max_age", 0)
        if isinstance(oldest, bool) or not isinstance(oldest, int) or oldest < 0:
            raise ValueError("default_max_age: write a whole number of seconds")
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
    def _proof_fits(self) -> Self:
        """A public client has no secret and no grant of its own; a confidential one has exactly one secret."""
        secrets_given = (self.client_secret is not None) + bool(self.client_secret_env)
        if self.token_endpoint_auth_method == "none":
            if secrets_given:
                raise ValueError("a public client (token_endpoint_auth_method none) has no secret")
            if "client_credentials" in self.grant_types or self.resource_identifiers:
                raise ValueError("client_credentials and resource_identifiers need a client that can authenticate itself")
            if not self.require_pkce:
                raise ValueError("a public client cannot go without PKCE")
            if self.refresh_token_rotation is False:
                raise ValueError("a public client's refresh tokens are always rotated (RFC 9700 section 4.14.2)")
        elif secrets_given != 1:
            raise ValueError("give exactly one of client_secret_env and client_secret")
        if self.client_secret is not None and len(self.client_secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"client_secret is shorter than {SHORTEST_SECRET} characters")
        return self
