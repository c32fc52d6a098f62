"""The environment of a process: every variable the provider reads, typed, frozen and judged before anything starts.

`settings` and `serve` call `load_environment(os.environ)` once. All bad variables are reported together, one readable
sentence each, because an operator who fixes one mistake per restart loses an afternoon. `.env.example` documents
each variable; `env_values` reads their text; `env_rules` holds what may not be combined.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from idp.config import env_rules, state
from idp.config import env_values as values
from idp.config.env_delivery import DeliveryEnvironment
from idp.config.env_federation import FederationEnvironment
from idp.config.env_passkeys import PasskeyEnvironment
from idp.config.env_passwords import PasswordEnvironment
from idp.config.env_places import PlaceEnvironment
from idp.config.env_values import IpNetwork, NamedKey, is_loopback

PROJECT_ROOT = Path(__file__).resolve().parents[2]

_PORT = values.whole_number(1, 65535)

Origin = Annotated[str, BeforeValidator(values.origin)]
OnOff = Annotated[bool, BeforeValidator(values.on_off)]
Count = Annotated[int, BeforeValidator(values.whole_number(1, 1024))]
DatabaseUrl = Annotated[
    str,
    BeforeValidator(values.service_url("postgres", "postgresql", "sqlite", example="postgres://user:password@host:5432/name")),
]
RedisUrl = Annotated[str, BeforeValidator(values.service_url("redis", "rediss", "unix", example="redis://host:6379/0"))]
Mode = Literal["local", "demo", "production"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class EnvironmentRefused(Exception):
    """The environment variables do not describe a provider that may start; `problems` has one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep the sentences; the message is all of them, a line each."""
        super().__init__("\n".join(problems))
        self.problems = problems


class Environment(DeliveryEnvironment, FederationEnvironment, PasskeyEnvironment, PasswordEnvironment, PlaceEnvironment):
    """Everything the provider takes from outside, by lower-case name; the alias is the variable's name."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=False, hide_input_in_errors=True)

    # Where the provider is reached, and how the process listens.
    issuer: Origin = Field("http://localhost:8000", validation_alias="IDP_ISSUER")
    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: Annotated[int, BeforeValidator(_PORT)] = Field(8000, validation_alias="PORT")
    workers: Count = Field(1, validation_alias="WORKERS")
    nodes: Count = Field(1, validation_alias="IDP_NODES")
    trusted_proxies: Annotated[tuple[IpNetwork, ...], BeforeValidator(values.networks)] = Field(
        (), validation_alias="IDP_TRUSTED_PROXIES"
    )

    # What it runs as, and on which stores. Connection URLs may hold passwords, so they stay out of repr().
    mode: Annotated[Mode, BeforeValidator(values.one_of("local", "demo", "production"))] = Field(
        "local", validation_alias="IDP_MODE"
    )
    database_url: DatabaseUrl = Field("", validation_alias="DATABASE_URL", repr=False)
    # Whether threads keep their connections ("off"), share so many, or reach a pooler such as PgBouncer ("external").
    database_pool: Annotated[int | str, BeforeValidator(values.pool)] = Field("off", validation_alias="IDP_DATABASE_POOL")
    redis_url: RedisUrl = Field("", validation_alias="REDIS_URL", repr=False)
    state_dir: Annotated[Path, BeforeValidator(values.folder)] = Field(PROJECT_ROOT / ".state", validation_alias="IDP_STATE_DIR")
    request_log_days: Annotated[int, BeforeValidator(values.whole_number(1, 3650))] = Field(
        30, validation_alias="IDP_REQUEST_LOG_DAYS"
    )
    # Between asking for an account's deletion and its erasure: the time to change one's mind.
    erasure_days: Annotated[int, BeforeValidator(values.whole_number(1, 90))] = Field(14, validation_alias="IDP_ERASURE_DAYS")
    # How long "do not ask again on this device" holds; 0: nobody is offered it, and no device is remembered any more.
    remember_device_days: Annotated[int, BeforeValidator(values.whole_number(0, 90))] = Field(
        30, validation_alias="IDP_REMEMBER_DEVICE_DAYS"
    )
    # Unset: on this machine, outside production. Elsewhere an operator says so.
    staff_pages: Annotated[bool | None, BeforeValidator(values.on_off)] = Field(None, validation_alias="IDP_STAFF_PAGES")
    run_worker: OnOff = Field(True, validation_alias="IDP_WORKER")
    log_level: Annotated[LogLevel, BeforeValidator(values.one_of("DEBUG", "INFO", "WARNING", "ERROR"))] = Field(
        "INFO", validation_alias="IDP_LOG_LEVEL"
    )

    # Secrets: made on first run in local and demo mode, required of the operator in production.
    secret_key: SecretStr = Field(validation_alias="IDP_SECRET_KEY")
    encryption_keys: Annotated[tuple[NamedKey, ...], BeforeValidator(values.named_keys)] = Field(
        validation_alias="IDP_ENCRYPTION_KEYS"
    )
    lookup_key: Annotated[NamedKey, BeforeValidator(values.named_key)] = Field(validation_alias="IDP_LOOKUP_KEY")

    # Switches that weaken something, each refused or warned about where that is dangerous.
    throttle: OnOff = Field(True, validation_alias="IDP_THROTTLE")
    # Whether introspection, UserInfo and the public documents are answered before Django's handler.
    fast_path: OnOff = Field(True, validation_alias="IDP_FAST_PATH")
    outbound_allow_hosts: Annotated[tuple[str, ...], BeforeValidator(values.host_names)] = Field(
        (), validation_alias="IDP_OUTBOUND_ALLOW_HOSTS"
    )
    outbound_ca_file: Annotated[Path | None, BeforeValidator(values.existing_file)] = Field(
        None, validation_alias="IDP_OUTBOUND_CA_FILE"
    )
    allow_clients_without_pkce: OnOff = Field(False, validation_alias="IDP_ALLOW_CLIENTS_WITHOUT_PKCE")
    debug_requested: Annotated[bool, BeforeValidator(values.switched_on)] = Field(False, validation_alias="DEBUG")

    # Where the demo's two relying parties live; registrations interpolate them.
    demo_spa_origin: Origin = Field("http://localhost:5173", validation_alias="DEMO_SPA_ORIGIN")
    demo_api_origin: Origin = Field("http://localhost:8001", validation_alias="DEMO_API_ORIGIN")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the mapping handed to `load_environment`: tests and the server must not see different worlds."""
        return (init_settings,)

    @property
    def is_https_issuer(self) -> bool:
        """Whether browsers reach the provider over TLS; decides cookie names and the Secure flag."""
        return self.issuer.startswith("https://")

    @property
    def issuer_host(self) -> str:
        """The issuer's host name without port."""
        return urlsplit(self.issuer).hostname or ""

    @property
    def is_loopback_issuer(self) -> bool:
        """Whether the issuer can only be this machine."""
        return is_loopback(self.issuer_host)

    @property
    def has_staff_pages(self) -> bool:
        """Whether `/admin/` exists. What is not there cannot be attacked: elsewhere than here it is where it is wanted (D77)."""
        if self.staff_pages is not None:
            return self.staff_pages
        return self.mode != "production" and self.is_loopback_issuer

    @property
    def has_demo_pages(self) -> bool:
        """Whether home, inbox and guide exist: in the demo, whose passwords are public, and on this machine."""
        return self.mode == "demo" and self.is_loopback_issuer

    @property
    def uses_redis(self) -> bool:
        """Whether caches are shared between processes."""
        return bool(self.redis_url)

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return not self.database_url or self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> Path:
        """The SQLite file: `sqlite:///relative` or `sqlite:////absolute`, else idp.sqlite3 in the state folder."""
        path = self.database_url.removeprefix("sqlite://").removeprefix("/")
        return Path(path).absolute() if self.uses_sqlite and path else self.state_dir / "idp.sqlite3"


VARIABLES = {str(field.validation_alias): name for name, field in Environment.model_fields.items()}

# Stand-ins that let the other variables be judged while secrets are missing. Production refuses their prefix, and
# elsewhere they are replaced by real ones before an Environment leaves this module.
_STAND_IN_KEY = f"{state.DEVELOPMENT_PREFIX}absent:{base64.urlsafe_b64encode(bytes(32)).decode()}"
_STAND_INS = {
    "IDP_SECRET_KEY": f"{state.DEVELOPMENT_PREFIX}absent",
    "IDP_ENCRYPTION_KEYS": _STAND_IN_KEY,
    "IDP_LOOKUP_KEY": _STAND_IN_KEY,
}


def load_environment(environ: Mapping[str, str]) -> Environment:
    """The judged environment, read from this mapping alone. Raises: EnvironmentRefused."""
    # An empty variable is an unset one: compose files and CI pass names without values.
    given = {name: text for name in VARIABLES if (text := environ.get(name, "").strip())}
    given.setdefault("IDP_ISSUER", _local_issuer(given.get("PORT", "")))
    unreadable = _find_unreadable({**_STAND_INS, **given})
    readable = {name: text for name, text in given.items() if name not in unreadable}
    draft = Environment.model_validate({**_STAND_INS, **readable})

    forbidden = {name: rest for name, rest in env_rules.find_refusals(draft) if name not in unreadable}
    problems = {**unreadable, **forbidden}
    if problems:
        raise EnvironmentRefused(tuple(f"{name} {problems[name]}" for name in VARIABLES if name in problems))
    if all(name in given for name in _STAND_INS):
        return draft
    return _with_development_secrets(draft, given)


def _local_issuer(port: str) -> str:
    """The issuer when none is named: this machine at the port the server will listen on."""
    try:
        number = _PORT(port)
    except ValueError:
        # Refused under its own name; the issuer must not be blamed as well.
        number = 8000
    return "http://localhost" if number == 80 else f"http://localhost:{number}"


def _find_unreadable(texts: Mapping[str, str]) -> dict[str, str]:
    """The variables whose text cannot be read, each with the rest of its sentence."""
    try:
        Environment.model_validate(dict(texts))
    except ValidationError as refused:
        return {str(error["loc"][0]): f"{error.get('ctx', {}).get('error', error['msg'])}." for error in refused.errors()}
    return {}


def _with_development_secrets(draft: Environment, given: Mapping[str, str]) -> Environment:
    """The same environment with the secrets of the state folder where none were given. Raises: EnvironmentRefused."""
    try:
        kept = state.load_development_secrets(draft.state_dir)
    except state.StateRefused as refused:
        raise EnvironmentRefused((f"IDP_STATE_DIR: {refused}",)) from refused
    kept = {name: text for name, text in kept.items() if name in _STAND_INS}
    texts = {**kept, **given}
    lost = [name for name in _STAND_INS if name not in texts]
    broken = {**dict.fromkeys(lost, "is missing."), **_find_unreadable({**_STAND_INS, **texts})}
    if broken:
        file = draft.state_dir / state.SECRETS_FILE
        raise EnvironmentRefused(tuple(f"{name} in {file} {rest}" for name, rest in broken.items()))
    return Environment.model_validate(texts)
