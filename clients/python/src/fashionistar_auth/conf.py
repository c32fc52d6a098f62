"""The FASHIONISTAR_AUTH setting as one frozen, validated object.

Sits before every other module: read when Django starts (`apps`), so that a wrong value stops the service with a
sentence instead of showing itself as a refused shopper. All wrong values are reported together.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from fashionistar_auth import conf_rules

SETTING = "FASHIONISTAR_AUTH"
Mode = Literal["LookUp", "JustInTime"]
Validation = Literal["introspection", "local"]
Seconds = Annotated[float, Field(gt=0, le=30)]


class AuthSettings(BaseModel):
    """What a service tells the package about its provider and itself; keys are written in capitals in Django."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=str.upper, validate_default=True)

    # The provider, and who we are to it.
    issuer: Annotated[str, AfterValidator(conf_rules.issuer_url)]
    introspection_url: Annotated[str, AfterValidator(conf_rules.optional_http_url)] = ""
    client_id: Annotated[str, Field(min_length=1, max_length=255)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    #: What `aud` of an accepted token must contain (RFC 8707): this service's resource identifier.
    resource: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(conf_rules.printable)]

    # Events about accounts (`fashionistar_auth.events`).
    #: What the provider shows when it pushes an event; the registration's `secret_env` names the same value.
    events_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    #: What `aud` of an event must be; empty for CLIENT_ID.
    events_audience: str = ""
    #: Oldest event that is taken; each attempt to deliver one is signed anew.
    events_max_age_seconds: Annotated[int, Field(ge=60, le=86_400)] = 600
    jwks_url: Annotated[str, AfterValidator(conf_rules.optional_http_url)] = ""

    # Tickets for WebSockets (`fashionistar_auth.tickets`).
    #: The cache that keeps them, one for all processes of the service.
    ticket_cache: Annotated[str, AfterValidator(conf_rules.cache_alias)] = "default"
    ticket_seconds: Annotated[int, Field(ge=5, le=60)] = 30
    #: Pages that may open a socket; empty: none.
    websocket_origins: tuple[Annotated[str, AfterValidator(conf_rules.origin)], ...] = ()

    # Mapping to local users. A dotted path or a callable is accepted beside the two names.
    user_mapper: Annotated[Mode | str | Callable[..., object], AfterValidator(conf_rules.mapper)] = "LookUp"
    #: The unique field of the local user model that holds `sub`.
    user_field: Annotated[str, AfterValidator(conf_rules.unique_user_field)] = "username"

    # Whether signed access tokens (RFC 9068) are judged here instead of by the provider (`local_validation`).
    #: "local": a yes counts until the token's end, whatever is revoked meanwhile.
    validation: Validation = "introspection"
    #: A token with one of these scopes is asked about even so: they release what no signed token tells.
    introspected_scopes: tuple[str, ...] = ("email", "phone")
    #: The cache that keeps what events told, one for all processes of the service; empty: none.
    changes_cache: Annotated[str, AfterValidator(conf_rules.optional_cache_alias)] = ""

    # Decisions.
    acr_order: Annotated[tuple[str, ...], AfterValidator(conf_rules.distinct)] = ("aal1", "aal2", "phr")
    #: How far our clock may differ from the provider's.
    leeway_seconds: Annotated[int, Field(ge=0, le=300)] = 30

    # The network.
    # Above the second after which the kernel repeats a lost first packet.
    connect_timeout_seconds: Seconds = 2.0
    read_timeout_seconds: Seconds = 3.0
    retry_after_seconds: Annotated[int, Field(ge=1, le=3600)] = 5
    #: A yes is taken as still true for so long; 0: each request asks. A revocation is felt so much later.
    cache_seconds: Annotated[int, Field(ge=0, le=5)] = 0
    pool_size: Annotated[int, Field(ge=1, le=512)] = 32
    ca_file: Annotated[Path | None, AfterValidator(conf_rules.readable_file)] = None
    #: Clear-text HTTP to a provider that is not on this machine, e.g. inside a sealed container network.
    allow_insecure_http: bool = False

    # Browsers.
    cors_origins: tuple[Annotated[str, AfterValidator(conf_rules.origin)], ...] = ()
    cors_allow_headers: tuple[Annotated[str, AfterValidator(conf_rules.header_name)], ...] = (
        "Authorization",
        "Content-Type",
        "X-Request-ID",
    )

    @property
    def introspection_endpoint(self) -> str:
        """The URL tokens are posted to: the one given, else the provider's default path."""
        return self.introspection_url or f"{self.issuer.rstrip('/')}/oauth2/introspect"

    @property
    def jwks_endpoint(self) -> str:
        """The URL of the provider's keys: the one given, else the provider's default path."""
        return self.jwks_url or f"{self.issuer.rstrip('/')}/oauth2/jwks"

    @property
    def events_audience_or_client(self) -> str:
        """What `aud` of an event must be."""
        return self.events_audience or self.client_id


def parse_settings(values: object) -> AuthSettings:
    """Validate the raw setting. Raises: ImproperlyConfigured listing every bad key; values are never shown."""
    try:
        parsed = AuthSettings.model_validate(values)
    except ValidationError as exc:
        problems = [f"  {'.'.join(map(str, e['loc'])) or SETTING}: {e['msg']}" for e in exc.errors()]
        raise ImproperlyConfigured("\n".join([f"{SETTING} cannot be used:", *dict.fromkeys(problems)])) from None
    if not parsed.allow_insecure_http:
        for key, url in (("INTROSPECTION_URL", parsed.introspection_endpoint), ("JWKS_URL", parsed.jwks_endpoint)):
            try:
                conf_rules.encrypted_or_loopback(url)
            except ValueError as exc:
                raise ImproperlyConfigured(f"{SETTING} cannot be used:\n  {key}: {exc}") from None
    return parsed


@lru_cache(maxsize=1)
def get_settings() -> AuthSettings:
    """The validated settings of this process. Raises: ImproperlyConfigured."""
    return parse_settings(getattr(django_settings, SETTING, {}))


def _forget(*, setting: str, **_: object) -> None:
    """Read the setting again after a test overrode it."""
    if setting == SETTING:
        get_settings.cache_clear()


setting_changed.connect(_forget, dispatch_uid="fashionistar_auth.conf")
