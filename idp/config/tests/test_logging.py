"""Log lines: one JSON object each, with the request's id, without secrets or people's addresses, whatever the level."""

import datetime as dt
import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st
from structlog.stdlib import ProcessorFormatter

from idp.config import redaction
from idp.config.logging import PINNED_LOGGERS, configure_structlog, logging_config
from idp.config.redaction import redact_text, redact_value
from idp.core.request_context import RequestLine

Lines = Callable[[], list[dict[str, Any]]]

TOKEN = "fst_at_demo-spa.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4.dGFn"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The lines written since the start of the test, logging set up as in production at DEBUG."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logging.config.dictConfig(logging_config("DEBUG"))
    configure_structlog()
    written = io.StringIO()
    (handler,) = (handler for handler in root.handlers if isinstance(handler.formatter, ProcessorFormatter))
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.contextvars.clear_contextvars()
    root.handlers = before
    root.setLevel(level)


def test_lines_go_to_standard_output() -> None:
    assert logging_config("INFO")["handlers"]["stdout"]["stream"] == "ext://sys.stdout"
    assert logging_config("INFO")["root"] == {"level": "INFO", "handlers": ["stdout"]}


def test_the_line_of_a_request_says_what_any_other_way_of_writing_it_would(lines: Lines) -> None:
    routes = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    asked = [(method, route) for route in [*routes, "unmatched", "über/ä"] for method in ("GET", "POST")]
    for method, route in asked:
        line = RequestLine()
        line.write(method=method, route=route, status=404)
        facts = {"method": method, "route": route, "status": 404, "duration_ms": 0.0}
        logging.getLogger("idp.request").info("request answered", extra=facts)
    written = lines()
    assert len(written) == 2 * len(asked)
    for quick, long in zip(written[::2], written[1::2], strict=True):
        assert list(quick) == list(long)
        same = {"timestamp": "", "duration_ms": 0}
        assert quick | same == long | same
        assert dt.datetime.fromisoformat(quick["timestamp"]).tzinfo == dt.UTC
        assert quick["duration_ms"] >= 0


def test_a_method_that_is_the_callers_text_is_redacted(lines: Lines) -> None:
    RequestLine().write(method=f"GET {TOKEN}", route="home", status=405)
    (line,) = lines()
    assert TOKEN not in str(line)
    assert (line["event"], line["status"]) == ("request answered", 405)


def test_above_its_level_nothing_is_written(lines: Lines) -> None:
    logging.getLogger().setLevel("WARNING")
    RequestLine().write(method="GET", route="home", status=200)
    assert lines() == []


def test_every_logger_writes_the_same_json(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    logging.getLogger("idp.somewhere").info("stored %s", "it", extra={"route": "home"})
    structlog.get_logger("idp.elsewhere").info("stored it", route="home")
    logging.getLogger("django.request").warning("slow")
    ours, structured, django = lines()
    assert ours | {"timestamp": "", "logger": ""} == structured | {"timestamp": "", "logger": ""}
    assert ours["event"] == "stored it"
    assert ours["request_id"] == structured["request_id"] == django["request_id"] == "r-1"
    assert (ours["level"], ours["logger"], ours["route"]) == ("info", "idp.somewhere", "home")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", [*PINNED_LOGGERS, "oauth2_provider.views", "oauthlib.oauth2.rfc6749", "requests_oauthlib.x"])
def test_libraries_that_log_tokens_stay_quiet_even_at_debug(lines: Lines, name: str) -> None:
    logging.getLogger(name).debug("code=%s", "canary")
    logging.getLogger(name).info("code=%s", "canary")
    logging.getLogger(name).warning("code=%s", "canary")
    (line,) = lines()
    assert line["event"] == "code=***"


@pytest.mark.parametrize("name", ["django", "django.request", "django.security.csrf", "django.server", "_granian"])
def test_each_record_of_the_server_is_written_once(lines: Lines, name: str) -> None:
    logging.getLogger(name).error("once")
    assert [line["event"] for line in lines()] == ["once"]


def test_the_request_object_stays_out(lines: Lines) -> None:
    logging.getLogger("django.request").error("failed", extra={"request": "<GET '/cb?code=canary'>", "status_code": 500})
    (line,) = lines()
    assert "request" not in line
    assert line["status_code"] == 500


def test_a_traceback_is_a_list_of_redacted_lines(lines: Lines) -> None:
    error = ValueError(f"no such token {TOKEN}\r\nfor shopper@example.com")
    logging.getLogger("idp").error("failed", exc_info=error)
    (line,) = lines()
    assert line["exception"] == ["ValueError: no such token fst_at_***", "for [email]"]
    text = json.dumps(line)
    assert TOKEN not in text
    assert "shopper" not in text


def test_warnings_reach_the_log(lines: Lines) -> None:
    logging.getLogger("py.warnings").warning("deprecated")
    assert lines()[0]["logger"] == "py.warnings"


def test_one_event_is_one_line_whatever_it_holds(lines: Lines) -> None:
    logging.getLogger("idp").info('x\r\n{"event": "forged"}\x1b[2J\u2028', extra={"agent": "a\nb\x1b[31mred\x07\x9b"})
    (line,) = lines()
    assert line["event"].startswith('x {"event": "forged"}')
    assert line["agent"] == "a bred "


@pytest.mark.spec("RFC 6749", "10.3")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"got {TOKEN}, ok", "got fst_at_***, ok"),
        ("fst_rt_a.b-c_d~e fst_ac_x", "fst_rt_*** fst_ac_***"),
        (f"token {JWT} end", "token [jwt] end"),
        ("Authorization: Bearer abcDEF123", "Authorization: Bearer ***"),
        ("Basic ZGVtbzpwYXNz and DPoP abcDEF123=", "Basic *** and DPoP ***"),
        ("basic authentication is required", "basic authentication is required"),
        ("GET /cb?code=abc&state=xyz&page=2 HTTP/1.1", "GET /cb?code=***&state=***&page=2 HTTP/1.1"),
        ("next=%2Fcb%3Fcode%3Dabc%26page%3D2", "next=%2Fcb%3Fcode%3D***%26page%3D2"),
        ("grant_type=x&client_secret=s%20t&code_verifier=v", "grant_type=x&client_secret=***&code_verifier=***"),
        ("error_code=5 status=200", "error_code=5 status=200"),
        ("{'password': 'two words', \"token\": \"x\"}", "{'password': '***', \"token\": \"***\"}"),
        ("postgres://idp:pw@db:5432/idp", "postgres://***@db:5432/idp"),
        ("mail to Ada.Obi+x@mail.example.com.", "mail to [email]."),
        ("login_hint=a%40b.example", "login_hint=***"),
        ("user ada%40mail.example today", "user [email] today"),
        ("call +234 803 123 4567 or 08031234567", "call [phone] or [phone]"),
        ("took 1763840676.892 s, id 0190163d-8694-739b-aea5-966c26f8ad91", None),
        ("2026-11-22T19:44:36Z 127.0.0.1 port 8000 aal1 1000000 ms", None),
    ],
)
def test_text_is_redacted_by_the_shape_of_what_it_holds(text: str, expected: str | None) -> None:
    assert redact_text(text) == (text if expected is None else expected)


@pytest.mark.parametrize(
    "name",
    [
        "password", "new_password", "client_secret", "access_token", "refresh_token", "id_token_hint", "Authorization",
        "Set-Cookie", "csrfmiddlewaretoken", "code_verifier", "client_assertion", "recovery_codes", "device_code", "otp",
        "DPoP", "session_key", "email", "phone_number", "username", "state",
    ],
)  # fmt: skip
def test_fields_are_masked_by_name(name: str) -> None:
    assert redact_value({name: "canary", "deep": [{name: ["canary"]}]}) == {name: "***", "deep": [{name: "***"}]}


def test_facts_about_secrets_stay_readable() -> None:
    facts = {"token_type": "Bearer", "code": "not_found", "email_verified": True, "status": 401, "took": 1.5, "by": None}
    assert redact_value(facts) == facts


def test_anything_becomes_plain_json() -> None:
    deep: dict[str, object] = {}
    deep["again"] = deep
    value = redact_value({"set": {1}, "object": object, "bytes": b"x", "deep": deep, 3: "y"})
    assert json.loads(json.dumps(value))["set"] == [1]


def test_a_line_has_a_length_limit_and_hostile_text_costs_little() -> None:
    for hostile in ("a" * 10**6, "code=" * 10**5, "eyJaaaa." * 10**5, "+1" * 10**5, "://" * 10**5, "a@" * 10**5, "'" * 10**6):
        assert len(redact_text(hostile)) <= 20_000


@given(st.text(alphabet="abefnorst0_ /.-cdpi", max_size=60))
def test_what_is_passed_as_plain_would_not_be_changed(text: str) -> None:
    assert redact_text(text) == redaction._masked(text)
    assert redact_text("fst_at_secret") == "fst_at_***"
