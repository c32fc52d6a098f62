"""The environment variables of the example backend, validated together before anything else starts."""

from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_PROJECT = Path(__file__).resolve().parents[1]


class Environment(BaseSettings):
    """What the operator says; names are those of the variables."""

    model_config = SettingsConfigDict(frozen=True, case_sensitive=True, env_ignore_empty=True)

    #: Where to listen.
    HOST: str = "127.0.0.1"
    PORT: int = Field(default=8001, ge=1, le=65535)
    #: `demo` shows callers what the provider said about their token; nowhere else is that anybody's business.
    IDP_MODE: Literal["local", "demo", "production"] = "local"
    #: The provider, and this service as it knows it: the origin is also the resource identifier tokens are made for.
    IDP_ISSUER: str = "http://localhost:8000"
    DEMO_API_ORIGIN: str = "http://localhost:8001"
    DEMO_API_CLIENT_ID: str = "demo-api"
    DEMO_API_CLIENT_SECRET: SecretStr = Field(min_length=1)
    #: What the provider shows when it tells us of accounts.
    DEMO_API_EVENTS_SECRET: SecretStr = Field(min_length=32)
    #: The page that may read our answers.
    DEMO_SPA_ORIGIN: str = "http://localhost:5173"
    #: Where the SQLite file lives; made with owner-only permissions.
    EXAMPLE_STATE_DIR: Path = _PROJECT / ".state"
    #: Only where the provider is reached by another address than browsers use, e.g. between containers.
    IDP_INTROSPECTION_URL: str = ""
    IDP_JWKS_URL: str = ""
    IDP_ALLOW_INSECURE_HTTP: bool = False

    @field_validator("IDP_ISSUER", "DEMO_API_ORIGIN", "DEMO_SPA_ORIGIN")
    @classmethod
    def _has_a_host(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an absolute http or https URL")
        return value

    @property
    def api_host(self) -> str:
        """The host name browsers use for this service."""
        return urlsplit(self.DEMO_API_ORIGIN).hostname or ""


@lru_cache(maxsize=1)
def get_environment() -> Environment:
    """Read the environment once. Raises: ImproperlyConfigured naming every bad variable; values are not shown."""
    try:
        return Environment()
    except ValidationError as exc:
        lines = [f"  {'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()]
        raise ImproperlyConfigured("\n".join(["The example backend cannot start:", *lines])) from None
