"""What an environment may not combine: the rules between variables, refused or warned about before the start.

Called by `env.load_environment` with variables that can be read one by one. A refusal names the variable to change
and completes a sentence that begins with it; a warning is a whole sentence, shown by the server when it starts.
"""

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from idp.config.env_values import is_loopback
from idp.config.state import DEVELOPMENT_PREFIX
from idp.core.specs import implements

if TYPE_CHECKING:
    from idp.config.env import Environment

Refusal = tuple[str, str]

_SECRET_LENGTH = 32
_SECRET_VARIETY = 8
# Of 32 random bytes about 30 are different; fewer than 16 were not drawn at random.
_KEY_VARIETY = 16


def find_refusals(environment: "Environment") -> Iterator[Refusal]:
    """Every (variable, rest of the sentence) that keeps this environment from starting."""
    if environment.workers > 1 and not environment.uses_redis:
        yield "WORKERS", "above 1 needs REDIS_URL: without it each process would count and cache on its own."
    if environment.mode == "demo" and not environment.is_loopback_issuer:
        yield "IDP_MODE", "demo is only for this machine: its users and passwords are public. Use a localhost issuer."
    # What goes together.
    if bool(environment.mail_user) != bool(environment.mail_password.get_secret_value()):
        yield "IDP_MAIL_USER", "and IDP_MAIL_PASSWORD go together: set both, or neither."
    # What others lend us: a gateway, a sign-in.
    yield from _find_gateway_refusals(environment)
    yield from _find_upstream_refusals(environment)
    if environment.passkey_metadata_file is None and environment.passkey_metadata_root_file is not None:
        yield "IDP_PASSKEY_METADATA_ROOT_FILE", "is of use only beside IDP_PASSKEY_METADATA_FILE, which it proves."
    if environment.passkey_metadata_file is not None and environment.passkey_metadata_root_file is None:
        yield "IDP_PASSKEY_METADATA_FILE", "needs IDP_PASSKEY_METADATA_ROOT_FILE, the certificate it is signed under."
    if environment.app_link_paths and not (environment.android_apps or environment.ios_apps):
        yield "IDP_APP_LINK_PATHS", "needs an app that opens them, in IDP_ANDROID_APPS or IDP_IOS_APPS."
    yield from _find_place_refusals(environment)
    if environment.mode == "production":
        yield from _find_production_refusals(environment)


def _find_gateway_refusals(environment: "Environment") -> Iterator[Refusal]:
    """A gateway that could not send a single message."""
    if environment.text_gateway == "console":
        return
    if not environment.text_secret.get_secret_value():
        yield "IDP_SMS_SECRET", f"must be set for the gateway {environment.text_gateway}."
    if not environment.text_from:
        yield "IDP_SMS_FROM", f"must be set for the gateway {environment.text_gateway}: the number or name people see."
    if environment.text_gateway == "twilio" and not environment.text_user:
        yield "IDP_SMS_USER", "must be set to the account SID for the gateway twilio."


def _find_place_refusals(environment: "Environment") -> Iterator[Refusal]:
    """Two sources of places, or one that nobody could be believed about."""
    if environment.place_country_header and environment.place_file is not None:
        yield "IDP_PLACE_COUNTRY_HEADER", "and IDP_PLACE_FILE are two sources of places: set one of them."
    if environment.place_country_header and not environment.trusted_proxies:
        yield "IDP_PLACE_COUNTRY_HEADER", "needs IDP_TRUSTED_PROXIES: of anybody else the header is no news but a claim."
    if environment.place_city_header and not environment.place_country_header:
        yield "IDP_PLACE_CITY_HEADER", "is of use only beside IDP_PLACE_COUNTRY_HEADER."


def _find_upstream_refusals(environment: "Environment") -> Iterator[Refusal]:
    """A sign-in elsewhere that is on and cannot work, or that is not what its button says."""
    for upstream in environment.upstreams.values():
        name = f"IDP_{upstream.name.upper()}"
        if not upstream.client_id:
            yield f"{name}_CLIENT_ID", f"must be set while {name}_SIGN_IN is on: what {upstream.label} registered us as."
        if not upstream.client_secret:
            yield f"{name}_CLIENT_SECRET", f"must be set while {name}_SIGN_IN is on."
        if getattr(environment, f"{upstream.name}_url") and not environment.is_loopback_issuer:
            yield f"{name}_URL", f"is only for tests on this machine: elsewhere it would let others speak for {upstream.label}."


def _find_production_refusals(environment: "Environment") -> Iterator[Refusal]:
    """What only production refuses."""
    if not environment.is_https_issuer and not environment.is_loopback_issuer:
        yield "IDP_ISSUER", "must begin with https:// in production."
    if not environment.throttle and not environment.is_loopback_issuer:
        yield "IDP_THROTTLE", "off is only for tests and certification runs: passwords could be guessed without limit."
    if environment.uses_sqlite:
        yield "DATABASE_URL", "must name a PostgreSQL database in production, such as postgres://idp:…@db:5432/idp."
    if not environment.uses_redis:
        yield "REDIS_URL", "must name a Redis in production, such as redis://cache:6379/0."
    if _mails_in_clear(environment):
        yield "IDP_MAIL_SECURITY", "must be starttls or tls in production: codes would cross the network in clear."
    if environment.debug_requested:
        yield "DEBUG", "must not be set in production."
    yield from _find_weak_secrets(environment)


@implements("OWASP ASVS 5.0", "12.3.1")
def _mails_in_clear(environment: "Environment") -> bool:
    """Whether mail, with its codes, would cross a network without TLS."""
    return environment.mail_security == "none" and bool(environment.mail_host) and not is_loopback(environment.mail_host)


def _find_weak_secrets(environment: "Environment") -> Iterator[Refusal]:
    """Secrets that are missing, short, or made for development."""
    own = "must be set to a secret of your own in production; one made for development is refused."
    secret = environment.secret_key.get_secret_value()
    if secret.startswith(DEVELOPMENT_PREFIX):
        yield "IDP_SECRET_KEY", own
    elif len(secret) < _SECRET_LENGTH or len(set(secret)) < _SECRET_VARIETY:
        yield "IDP_SECRET_KEY", f"must be at least {_SECRET_LENGTH} random characters in production."
    yield from _find_weak_keys(environment, own)


def _find_weak_keys(environment: "Environment", own: str) -> Iterator[Refusal]:
    """Keys made for development, typed instead of drawn, or the same for two purposes."""
    drawn = f"must hold keys drawn at random, as .env.example shows; this has fewer than {_KEY_VARIETY} different bytes in one."
    if any(key.key_id.startswith(DEVELOPMENT_PREFIX) for key in environment.encryption_keys):
        yield "IDP_ENCRYPTION_KEYS", own
    elif any(len(set(key.key)) < _KEY_VARIETY for key in environment.encryption_keys):
        yield "IDP_ENCRYPTION_KEYS", drawn

    # Look-ups are keyed digests of what the other keys seal: one stolen key must not yield both.
    lookup = environment.lookup_key
    if lookup.key_id.startswith(DEVELOPMENT_PREFIX):
        yield "IDP_LOOKUP_KEY", own
    elif len(set(lookup.key)) < _KEY_VARIETY:
        yield "IDP_LOOKUP_KEY", drawn
    elif lookup.key in {key.key for key in environment.encryption_keys}:
        yield "IDP_LOOKUP_KEY", "must be a key of its own, not one of IDP_ENCRYPTION_KEYS."


def find_warnings(environment: "Environment") -> Iterator[str]:
    """Sentences about settings that are allowed but want to be noticed."""
    if not environment.throttle:
        yield "IDP_THROTTLE is off: sign-in attempts are not limited."
    if environment.allow_clients_without_pkce:
        yield "IDP_ALLOW_CLIENTS_WITHOUT_PKCE is on: a registration may drop PKCE, which only certification needs."
    if environment.mode == "production" and environment.outbound_allow_hosts:
        yield "IDP_OUTBOUND_ALLOW_HOSTS is set: requests to these hosts skip the private-address check."
    if environment.mode == "production" and not environment.mail_host:
        yield "IDP_MAIL_HOST is not set: nobody receives mail, neither codes nor news of changes to their account."
    if environment.mode == "production" and environment.text_gateway == "console":
        yield "IDP_SMS_GATEWAY is not set: nobody receives text messages, so a phone number cannot be verified."
    if environment.mode == "demo" and environment.host not in {"127.0.0.1", "localhost", "::1"}:
        yield "HOST opens the demo, whose passwords are public, to your network."


def find_unknown_variables(environ: Mapping[str, str], known: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each IDP_ variable nobody reads: most are a misspelt switch that silently does nothing."""
    for name in sorted(environ):
        if name.startswith("IDP_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            yield f"{name} is not a variable of this provider{f'; did you mean {near[0]}?' if near else '.'}"
