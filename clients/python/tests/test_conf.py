"""Settings that cannot work stop the service, all named at once, and without showing a secret."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from fashionistar_auth.conf import get_settings, parse_settings
from fashionistar_auth.users import JustInTime
from tests.service import mappers

GOOD = dict(django_settings.FASHIONISTAR_AUTH)
PROJECT = Path(__file__).parents[1]


def test_defaults_and_derived_values() -> None:
    parsed = parse_settings(GOOD | {"ISSUER": "https://id.example/"})
    assert parsed.issuer == "https://id.example/"
    assert parsed.introspection_endpoint == "https://id.example/oauth2/introspect"
    assert parsed.acr_order == ("aal1", "aal2", "phr")
    assert parsed.user_mapper is JustInTime
    assert (parsed.validation, parsed.introspected_scopes, parsed.changes_cache) == (
        "introspection", ("email", "phone"), "",
    )  # fmt: skip
    assert "s3cret" not in repr(parsed)
    other = parse_settings(GOOD | {"INTROSPECTION_URL": "https://inside.example/check"})
    assert other.introspection_endpoint == "https://inside.example/check"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ISSUER", "id.example"),
        ("ISSUER", "ftp://id.example"),
        ("ISSUER", "https://id.example/?a=b"),
        ("ISSUER", "https://user:pw@id.example"),
        ("ISSUER", "https://id.example/#x"),
        ("ISSUER", "https://id.example:99999"),
        ("ISSUER", "https://id.example:0"),
        ("ISSUER", "https://id.example:tls"),
        ("ISSUER", "https://id..example"),
        ("ISSUER", f"https://{'i' * 64}.example"),
        ("ISSUER", "https://id.example/\r\nX: y"),
        ("ISSUER", None),
        ("INTROSPECTION_URL", "/oauth2/introspect"),
        ("INTROSPECTION_URL", "http://id.example/introspect"),
        ("JWKS_URL", "/oauth2/jwks"),
        ("JWKS_URL", "http://id.example/keys"),
        ("EVENTS_SECRET", "short"),
        ("EVENTS_MAX_AGE_SECONDS", 1),
        ("CLIENT_ID", ""),
        ("CLIENT_SECRET", ""),
        ("RESOURCE", ""),
        ("RESOURCE", 'a"b'),
        ("RESOURCE", "a\nb"),
        ("USER_MAPPER", "no.such.Mapper"),
        ("USER_MAPPER", "tests.service.mappers.NOT_CALLABLE"),
        ("USER_MAPPER", mappers.NOT_CALLABLE),
        ("USER_FIELD", "nickname"),
        ("USER_FIELD", "no_such_field"),
        ("ACR_ORDER", []),
        ("ACR_ORDER", ["aal1", "aal1"]),
        ("LEEWAY_SECONDS", -1),
        ("CACHE_SECONDS", 6),
        ("CACHE_SECONDS", -1),
        ("VALIDATION", "cached"),
        ("CHANGES_CACHE", "no such cache"),
        ("INTROSPECTED_SCOPES", "email"),
        ("CONNECT_TIMEOUT_SECONDS", 0),
        ("READ_TIMEOUT_SECONDS", 3600),
        ("CA_FILE", "/no/such/file"),
        ("CORS_ORIGINS", ["*"]),
        ("CORS_ORIGINS", ["null"]),
        ("CORS_ORIGINS", ["https://*.example"]),
        ("CORS_ORIGINS", ["https://shop.example/"]),
        ("CORS_ORIGINS", ["https://Shop.example"]),
        ("CORS_ORIGINS", ["https://a@shop.example"]),
        ("CORS_ALLOW_HEADERS", ["*"]),
        ("TYPO", "x"),
    ],
)
def test_bad_value_is_named(key: str, value: object) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"FASHIONISTAR_AUTH cannot be used:\n  {key}"):
        parse_settings(GOOD | {key: value})


def test_clear_text_to_another_machine_only_on_purpose() -> None:
    for loopback in ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "http://idp.localhost"):
        parse_settings(GOOD | {"ISSUER": loopback})
    elsewhere = GOOD | {"ISSUER": "http://idp:8000"}
    with pytest.raises(ImproperlyConfigured, match="must be https"):
        parse_settings(elsewhere)
    assert parse_settings(elsewhere | {"ALLOW_INSECURE_HTTP": True}).issuer == "http://idp:8000"


def test_all_bad_values_at_once_and_no_secret_shown() -> None:
    bad = GOOD | {"ISSUER": "nope", "CLIENT_ID": "", "RESOURCE": "", "USER_FIELD": "nickname", "CORS_ORIGINS": ["*"]}
    with pytest.raises(ImproperlyConfigured) as raised:
        parse_settings(bad)
    message = str(raised.value)
    assert [key for key in ("ISSUER", "CLIENT_ID", "RESOURCE", "USER_FIELD", "CORS_ORIGINS") if key in message] == [
        "ISSUER", "CLIENT_ID", "RESOURCE", "USER_FIELD", "CORS_ORIGINS",
    ]  # fmt: skip
    assert "s3cret" not in message


def test_missing_setting_names_what_is_required() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"(?s)ISSUER.*CLIENT_ID.*CLIENT_SECRET.*RESOURCE"):
        parse_settings({})
    with pytest.raises(ImproperlyConfigured, match="FASHIONISTAR_AUTH: "):
        parse_settings("not a dictionary")


def test_settings_are_parsed_once() -> None:
    assert get_settings() is get_settings()


@pytest.mark.parametrize(("resource", "starts"), [("http://testserver", True), ("", False)])
def test_django_does_not_start_with_bad_settings(resource: str, starts: bool) -> None:
    program = (
        "import django; from tests import settings; "
        f"settings.FASHIONISTAR_AUTH['RESOURCE'] = {resource!r}; django.setup()"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode == 0) is starts, run.stderr
    assert ("RESOURCE" in run.stderr) is not starts


def test_the_package_knows_nothing_of_the_provider_s_code() -> None:
    sources = [path.read_text() for path in (PROJECT / "src").rglob("*.py")]
    assert len(sources) > 15
    assert not [text for text in sources if "import idp" in text or "from idp" in text or "oauth2_provider" in text]
