"""The environment: what is read, what is refused in which sentence, and what is made on first run."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.config.env import VARIABLES, Environment, EnvironmentRefused, load_environment
from idp.config.env_rules import find_unknown_variables, find_warnings

ROOT = Path(__file__).resolve().parents[3]


def key_bytes(word: str) -> bytes:
    """32 bytes that look drawn at random."""
    return hashlib.sha256(word.encode()).digest()


def key(key_id: str = "k1", content: bytes = b"") -> str:
    return f"{key_id}:{base64.urlsafe_b64encode(content or key_bytes(key_id)).decode().rstrip('=')}"


SECRETS = {
    "IDP_SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
    "IDP_ENCRYPTION_KEYS": f"{key('k2')},{key('k1')}",
    "IDP_LOOKUP_KEY": key("l1"),
}
PRODUCTION = {
    **SECRETS,
    "IDP_MODE": "production",
    "IDP_ISSUER": "https://id.example.com",
    "DATABASE_URL": "postgres://idp:pw@db:5432/idp",
    "REDIS_URL": "redis://cache:6379/0",
}


def load(**changes: str) -> Environment:
    return load_environment({**SECRETS, **changes})


def refusal(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(EnvironmentRefused) as refused:
        load_environment(environ)
    return refused.value.problems


def refusal_of(name: str, text: str) -> str:
    """The one sentence about this variable."""
    (problem,) = refusal({**SECRETS, name: text})
    assert problem.startswith(f"{name} ")
    assert re.search(r"[.…]$", problem)
    return problem


def test_defaults_describe_a_provider_on_this_machine() -> None:
    environment = load()
    assert environment.issuer == "http://localhost:8000"
    assert (environment.host, environment.port, environment.workers, environment.nodes) == ("127.0.0.1", 8000, 1, 1)
    assert environment.mode == "local"
    assert environment.state_dir == ROOT / ".state"
    assert environment.sqlite_path == ROOT / ".state" / "idp.sqlite3"
    assert environment.uses_sqlite
    assert not environment.uses_redis
    assert environment.throttle
    assert environment.run_worker
    assert not environment.allow_clients_without_pkce
    assert environment.is_loopback_issuer
    assert not environment.is_https_issuer
    assert environment.demo_spa_origin == "http://localhost:5173"
    assert environment.demo_api_origin == "http://localhost:8001"


def test_production_with_everything_it_needs_is_accepted() -> None:
    environment = load_environment({**PRODUCTION, "WORKERS": "4"})
    assert environment.is_https_issuer
    assert environment.issuer_host == "id.example.com"
    assert not environment.uses_sqlite
    assert environment.uses_redis
    assert environment.workers == 4


def test_the_environment_is_frozen() -> None:
    environment = load()
    with pytest.raises(ValueError, match="frozen"):
        environment.port = 1


def test_only_the_given_mapping_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9999")
    monkeypatch.setenv("IDP_ISSUER", "https://elsewhere.example")
    assert load().port == 8000
    assert load().issuer == "http://localhost:8000"


def test_an_empty_variable_counts_as_unset() -> None:
    assert load(PORT="", IDP_ISSUER="  ", DATABASE_URL="").port == 8000


def test_without_an_issuer_the_port_makes_it() -> None:
    assert load(PORT="8080").issuer == "http://localhost:8080"
    assert load(PORT="80").issuer == "http://localhost"


def test_a_trailing_slash_of_the_issuer_is_dropped() -> None:
    assert load(IDP_ISSUER="https://id.example.com/").issuer == "https://id.example.com"


@pytest.mark.spec("RFC 8414", "2")
@pytest.mark.parametrize(
    ("issuer", "reason"),
    [
        ("https://id.example.com/auth", "no path"),
        ("https://id.example.com?x=1", "no path, query"),
        ("https://id.example.com/#top", "fragment"),
        ("https://user:pw@id.example.com", "user name"),
        ("ftp://id.example.com", "https://"),
        ("id.example.com", "https://"),
        ("https://", "name a host"),
        ("https://id.example.com:443", "default port"),
        ("https://ID.example.com", "lower case"),
        ("https://id.example.com:99999", "origin"),
        ("https://id exa.com", "name a host"),
    ],
)
def test_an_issuer_is_an_origin_in_its_one_spelling(issuer: str, reason: str) -> None:
    assert reason in refusal_of("IDP_ISSUER", issuer)


@pytest.mark.parametrize(
    ("issuer", "loopback"),
    [
        ("http://localhost:8000", True),
        ("http://id.localhost", True),
        ("http://127.0.0.2:1", True),
        ("http://[::1]:8000", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://id.example.com", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_that_looks_like_it(issuer: str, loopback: bool) -> None:  # noqa: FBT001
    assert load(IDP_ISSUER=issuer).is_loopback_issuer is loopback


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠٠٠"),
        ("WORKERS", "-1"),
        ("IDP_NODES", "many"),
        ("IDP_MODE", "prod"),
        ("IDP_THROTTLE", "maybe"),
        ("IDP_LOG_LEVEL", "verbose"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgres"),
        ("REDIS_URL", "http://cache"),
        ("IDP_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("IDP_TRUSTED_PROXIES", "10.0.0.1,,"),
        ("IDP_OUTBOUND_ALLOW_HOSTS", "https://x"),
        ("IDP_OUTBOUND_CA_FILE", "/does/not/exist"),
        ("IDP_ENCRYPTION_KEYS", "no-colon"),
        ("IDP_ENCRYPTION_KEYS", "k1:***"),
        ("IDP_ENCRYPTION_KEYS", "k1:c2hvcnQ"),
        ("IDP_ENCRYPTION_KEYS", f"{key()},{key()}"),
        ("IDP_LOOKUP_KEY", ":" + key().partition(":")[2]),
        ("DEMO_SPA_ORIGIN", "http://localhost:5173/app"),
    ],
)
def test_each_unreadable_value_gets_its_own_sentence(name: str, text: str) -> None:
    assert len(refusal_of(name, text)) > len(name) + 10


def test_every_bad_variable_is_reported_at_once_and_once() -> None:
    bad = {"PORT": "x", "IDP_THROTTLE": "perhaps", "IDP_MODE": "production", "DEBUG": "1", "WORKERS": "2"}
    problems = refusal(bad)
    named = [problem.split()[0] for problem in problems]
    assert sorted(named) == sorted(
        [*(set(bad) - {"IDP_MODE"}), "DATABASE_URL", "REDIS_URL", "IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY"]
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"IDP_ISSUER": "http://id.example.com"}, "IDP_ISSUER"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////var/idp.sqlite3"}, "DATABASE_URL"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"IDP_SECRET_KEY": ""}, "IDP_SECRET_KEY"),
        ({"IDP_SECRET_KEY": "short"}, "IDP_SECRET_KEY"),
        ({"IDP_SECRET_KEY": "a" * 64}, "IDP_SECRET_KEY"),
        ({"IDP_SECRET_KEY": "development-0123456789abcdefghijklmnopqrstuv"}, "IDP_SECRET_KEY"),
        ({"IDP_ENCRYPTION_KEYS": ""}, "IDP_ENCRYPTION_KEYS"),
        ({"IDP_ENCRYPTION_KEYS": f"{key('k9')},{key('development-1')}"}, "IDP_ENCRYPTION_KEYS"),
        ({"IDP_LOOKUP_KEY": key("development-1")}, "IDP_LOOKUP_KEY"),
        ({"IDP_ENCRYPTION_KEYS": key("k9", bytes(32))}, "IDP_ENCRYPTION_KEYS"),
        ({"IDP_ENCRYPTION_KEYS": f"{key('k9')},{key('k8', bytes(range(15)) + bytes(17))}"}, "IDP_ENCRYPTION_KEYS"),
        ({"IDP_LOOKUP_KEY": key("l9", bytes(32))}, "IDP_LOOKUP_KEY"),
        ({"IDP_LOOKUP_KEY": key("l9", b"0123456789abcde" * 2 + b"00")}, "IDP_LOOKUP_KEY"),
        ({"IDP_LOOKUP_KEY": key("l9", key_bytes("k1"))}, "IDP_LOOKUP_KEY"),
        ({"IDP_THROTTLE": "off"}, "IDP_THROTTLE"),
    ],
)
def test_production_refuses(changes: dict[str, str], named: str) -> None:
    problems = refusal({**PRODUCTION, **changes})
    assert [problem.split()[0] for problem in problems] == [named]


def test_a_key_of_sixteen_different_bytes_is_accepted() -> None:
    load_environment({**PRODUCTION, "IDP_LOOKUP_KEY": key("l9", bytes(range(16)) * 2)})


def test_production_over_http_is_for_this_machine_only() -> None:
    assert load_environment({**PRODUCTION, "IDP_ISSUER": "http://localhost:8000"}).mode == "production"


@pytest.mark.parametrize("mode", ["local", "demo"])
def test_more_workers_need_redis_in_any_mode(mode: str) -> None:
    (problem,) = refusal({**SECRETS, "IDP_MODE": mode, "WORKERS": "2"})
    assert "REDIS_URL" in problem
    assert load(IDP_MODE=mode, WORKERS="2", REDIS_URL="redis://localhost/1").workers == 2


def test_demo_mode_and_missing_limits_stay_on_this_machine() -> None:
    problems = refusal({**SECRETS, "IDP_MODE": "demo", "IDP_THROTTLE": "off", "IDP_ISSUER": "https://id.example.com"})
    assert [problem.split()[0] for problem in problems] == ["IDP_MODE"]
    assert load(IDP_MODE="demo", IDP_THROTTLE="off").throttle is False
    # A certification run has an https issuer and is not production; it is warned about, not refused.
    assert load(**SECRETS, IDP_THROTTLE="off", IDP_ISSUER="https://id.example.com").throttle is False


def test_debug_of_other_programs_is_ignored_outside_production() -> None:
    assert load(DEBUG="app:*").debug_requested
    assert not load_environment({**PRODUCTION, "DEBUG": "0"}).debug_requested


def test_keys_keep_their_order_and_their_bytes() -> None:
    environment = load()
    assert [entry.key_id for entry in environment.encryption_keys] == ["k2", "k1"]
    assert environment.encryption_keys[0].key == key_bytes("k2")
    key_id, secret = environment.lookup_key
    assert (key_id, secret) == ("l1", key_bytes("l1"))


def test_no_secret_is_ever_printed() -> None:
    environment = load_environment(PRODUCTION)
    printed = f"{environment!r} {environment} {environment.encryption_keys} {environment.lookup_key!r}"
    hidden = [str(key_bytes(name))[2:8] for name in ("k1", "k2", "l1")]
    for secret in (SECRETS["IDP_SECRET_KEY"], *hidden, key().partition(":")[2][:8], "idp:pw@"):
        assert secret not in printed


def test_no_secret_is_printed_by_a_refusal() -> None:
    problems = " ".join(refusal({"IDP_SECRET_KEY": "canary-1", "IDP_LOOKUP_KEY": "k1:canary-2", "IDP_MODE": "production"}))
    assert "canary" not in problems


def test_lists_are_typed() -> None:
    environment = load(IDP_TRUSTED_PROXIES="10.0.0.0/8, ::1", IDP_OUTBOUND_ALLOW_HOSTS="Suite.test,nginx")
    assert [str(network) for network in environment.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert environment.outbound_allow_hosts == ("suite.test", "nginx")


def test_a_database_file_of_ones_own(tmp_path: Path) -> None:
    environment = load(DATABASE_URL=f"sqlite:///{tmp_path}/own.sqlite3")
    assert environment.uses_sqlite
    assert environment.sqlite_path == tmp_path / "own.sqlite3"


@pytest.mark.parametrize("mode", ["local", "demo"])
def test_missing_secrets_are_made_once_and_read_again(tmp_path: Path, mode: str) -> None:
    environ = {"IDP_MODE": mode, "IDP_STATE_DIR": str(tmp_path / "state")}
    first = load_environment(environ)
    assert load_environment(environ) == first
    assert first.secret_key.get_secret_value().startswith("development-")
    assert first.lookup_key.key != first.encryption_keys[0].key


def test_a_given_secret_stands_over_a_kept_one(tmp_path: Path) -> None:
    environ = {"IDP_STATE_DIR": str(tmp_path / "state")}
    load_environment(environ)
    changed = load_environment({**environ, "IDP_LOOKUP_KEY": SECRETS["IDP_LOOKUP_KEY"]})
    assert changed.lookup_key.key_id == "l1"
    assert changed.encryption_keys == load_environment(environ).encryption_keys


def test_kept_development_secrets_are_refused_by_production(tmp_path: Path) -> None:
    kept = load_environment({"IDP_STATE_DIR": str(tmp_path / "state")})
    encoded = base64.urlsafe_b64encode(kept.lookup_key.key).decode()
    problems = refusal({**PRODUCTION, "IDP_LOOKUP_KEY": f"{kept.lookup_key.key_id}:{encoded}"})
    assert len(problems) == 1


def test_a_refused_environment_makes_no_files(tmp_path: Path) -> None:
    refusal({"IDP_STATE_DIR": str(tmp_path / "state"), "PORT": "x"})
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("content", ["{}", "not json", '{"IDP_SECRET_KEY": "x", "IDP_LOOKUP_KEY": "broken"}', "[]"])
def test_a_damaged_secrets_file_is_one_sentence_not_new_secrets(tmp_path: Path, content: str) -> None:
    state = tmp_path / "state"
    load_environment({"IDP_STATE_DIR": str(state)})
    (state / "secrets.json").write_text(content)
    problems = refusal({"IDP_STATE_DIR": str(state)})
    assert all("secrets.json" in problem for problem in problems)
    assert (state / "secrets.json").read_text() == content


def test_switches_that_weaken_something_are_warned_about() -> None:
    assert list(find_warnings(load())) == []
    warned = " ".join(
        find_warnings(load(IDP_MODE="demo", HOST="0.0.0.0", IDP_THROTTLE="off", IDP_ALLOW_CLIENTS_WITHOUT_PKCE="1"))  # noqa: S104
    )
    for name in ("HOST", "IDP_THROTTLE", "IDP_ALLOW_CLIENTS_WITHOUT_PKCE"):
        assert name in warned
    production = load_environment({**PRODUCTION, "IDP_OUTBOUND_ALLOW_HOSTS": "suite.test"})
    assert "IDP_OUTBOUND_ALLOW_HOSTS" in " ".join(find_warnings(production))


def test_a_misspelt_variable_is_noticed() -> None:
    (sentence,) = find_unknown_variables({"IDP_THROTLE": "off", "IDP_MODE": "local", "HOME": "/"}, VARIABLES)
    assert "IDP_THROTTLE" in sentence


def test_every_variable_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    secrets_of_clients = {name for name in documented if name.endswith(("_CLIENT_SECRET", "_EVENTS_SECRET"))} - set(VARIABLES)
    # Read by `make run` and by the browser journeys, not by the provider.
    read_by_tools = {"DEMO_API_PORT", "DEMO_SPA_PORT", "CHROMIUM"}
    assert documented - secrets_of_clients - read_by_tools == set(VARIABLES)
    assert documented >= read_by_tools


@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.text(max_size=40)))
def test_any_text_is_read_or_refused_in_sentences(environ: dict[str, str]) -> None:
    problems: tuple[str, ...] = ("PORT is fine.",)
    try:
        load_environment({**environ, **SECRETS})
    except EnvironmentRefused as refused:
        problems = refused.problems
    assert problems
    assert all(problem.split()[0] in VARIABLES for problem in problems)


# --- Mail and text messages ---------------------------------------------------------------------------------------------
def test_mail_and_text_messages_are_off_until_configured() -> None:
    environment = load()
    assert (environment.mail_host, environment.mail_port, environment.mail_security) == ("", 587, "starttls")
    assert environment.text_gateway == "console"


def test_whom_mail_is_from_may_have_a_name() -> None:
    assert load(IDP_MAIL_FROM="Fashionistar <id@example.com>").mail_from == "Fashionistar <id@example.com>"
    for text in ("Fashionistar", "id@", "@example.com", "a@example.com\nBcc: b@example.com"):
        refusal_of("IDP_MAIL_FROM", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("IDP_MAIL_HOST", "smtp://mail.example.com"), ("IDP_MAIL_SECURITY", "ssl"), ("IDP_SMS_GATEWAY", "pigeon")],
)
def test_a_way_out_that_cannot_be_read_is_refused(name: str, text: str) -> None:
    refusal_of(name, text)


def test_what_a_way_out_needs_is_asked_for_at_the_start() -> None:
    assert refusal({**SECRETS, "IDP_MAIL_USER": "idp"})[0].startswith("IDP_MAIL_USER ")
    assert refusal({**SECRETS, "IDP_MAIL_PASSWORD": "pw"})[0].startswith("IDP_MAIL_USER ")
    asked = [problem.partition(" ")[0] for problem in refusal({**SECRETS, "IDP_SMS_GATEWAY": "twilio"})]
    assert sorted(asked) == ["IDP_SMS_FROM", "IDP_SMS_SECRET", "IDP_SMS_USER"]
    asked = [problem.partition(" ")[0] for problem in refusal({**SECRETS, "IDP_SMS_GATEWAY": "termii"})]
    assert sorted(asked) == ["IDP_SMS_FROM", "IDP_SMS_SECRET"]
    load(IDP_SMS_GATEWAY="termii", IDP_SMS_FROM="Fashionista", IDP_SMS_SECRET="x" * 8)


@pytest.mark.spec("OWASP ASVS 5.0", "12.3.1")
def test_production_mails_nothing_in_clear_across_a_network() -> None:
    clear = {**PRODUCTION, "IDP_MAIL_HOST": "smtp.example.com", "IDP_MAIL_SECURITY": "none"}
    assert refusal(clear)[0].startswith("IDP_MAIL_SECURITY ")
    load_environment({**clear, "IDP_MAIL_HOST": "127.0.0.1"})


def test_production_warns_when_nobody_can_be_written_to() -> None:
    warnings = list(find_warnings(load_environment(PRODUCTION)))
    assert [warning.partition(" ")[0] for warning in warnings] == ["IDP_MAIL_HOST", "IDP_SMS_GATEWAY"]
    gateway = {"IDP_SMS_GATEWAY": "termii", "IDP_SMS_FROM": "F", "IDP_SMS_SECRET": "s"}
    assert list(find_warnings(load_environment({**PRODUCTION, "IDP_MAIL_HOST": "smtp.example.com", **gateway}))) == []


def test_passwords_of_the_ways_out_are_not_printed() -> None:
    printed = repr(load(IDP_MAIL_USER="idp", IDP_MAIL_PASSWORD="hush-hush", IDP_SMS_SECRET="hush-hush"))
    assert "hush-hush" not in printed
