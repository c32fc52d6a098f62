"""`boundary`: whatever goes wrong, on whatever route, the answer is readable, in the right skin, and leaks nothing."""

import json
import logging
import re

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from idp.core.tests.conftest import use_templates
from idp.core.tests.urls import CANARY, FAULTS

STATUS = {
    "unexpected": 500, "missing": 404, "denied": 403, "bad": 400, "expired": 410, "limited": 429, "fields": 400,
    "oauth": 401, "duplicate": 409,
}  # fmt: skip
OAUTH_NAMES = {
    "unexpected": "server_error", "missing": "invalid_request", "denied": "access_denied", "bad": "invalid_request",
    "expired": "invalid_request", "limited": "invalid_request", "fields": "invalid_request", "oauth": "invalid_client",
    "duplicate": "invalid_request",
}  # fmt: skip


def assert_leaks_nothing(response: HttpResponseBase) -> None:
    """No secret of the exception, no name of code, no trace."""
    assert isinstance(response, HttpResponse)
    text = response.content.decode() + str(response.headers)
    for leak in (CANARY, "Traceback", "RuntimeError", "IntegrityError", "OperationalError", "/work", ".py"):
        assert leak not in text


def test_every_fault_of_these_tests_has_an_expectation() -> None:
    assert STATUS.keys() == OAUTH_NAMES.keys() == FAULTS.keys() - {"database"}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", sorted(STATUS))
class TestSkins:
    """One fault, three dresses."""

    def test_a_page_says_what_happened(self, http: Client, fault: str) -> None:
        response = http.get(f"/page/{fault}")
        text = response.content.decode()
        assert response.status_code == STATUS[fault]
        assert response["Content-Type"].startswith("text/html")
        assert re.search(r"<h1>\w.+</h1><p>[A-Z].+</p>", text)
        assert re.search(r'id="error-code">[a-z_]+<', text)
        assert response["X-Request-ID"] in text
        assert_leaks_nothing(response)

    @pytest.mark.spec("RFC 6749", "5.2")
    def test_a_protocol_endpoint_answers_the_rfc_body(self, http: Client, fault: str) -> None:
        response = http.get(f"/oauth2/fail/{fault}")
        body = response.json()
        assert response.status_code == STATUS[fault]
        assert body.keys() == {"error", "error_description"}
        assert body["error"] == OAUTH_NAMES[fault]
        assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", body["error_description"])
        assert (response["Cache-Control"], response["Pragma"]) == ("no-store", "no-cache")
        assert_leaks_nothing(response)

    @pytest.mark.parametrize("route", ["/api/v1/fail/", "/api/v1/rest/"])
    def test_an_api_answers_the_envelope(self, http: Client, route: str, fault: str) -> None:
        response = http.get(f"{route}{fault}")
        body = response.json()
        assert response.status_code == STATUS[fault]
        assert body.keys() == {"success", "message", "code", "errors", "meta"}
        assert body["success"] is False
        assert body["message"].endswith((".", "?"))
        assert body["meta"] == {"request_id": response["X-Request-ID"]}
        assert_leaks_nothing(response)


def test_field_messages_reach_the_caller(http: Client) -> None:
    for route in ("/api/v1/fail/", "/api/v1/rest/"):
        assert http.get(f"{route}fields").json()["errors"] == {"email": ["Please enter an email address."]}


def test_an_oauth_error_keeps_its_headers_and_words(http: Client) -> None:
    response = http.get("/oauth2/fail/oauth")
    assert response["WWW-Authenticate"] == "Basic"
    assert response.json()["error_description"] == "Who's ?there??"


@pytest.mark.parametrize("route", ["/page/", "/oauth2/fail/", "/api/v1/fail/", "/api/v1/rest/"])
def test_too_many_attempts_say_when_to_come_back(http: Client, route: str) -> None:
    assert http.get(f"{route}limited")["Retry-After"] == "17"


def test_drf_throttles_and_challenges_are_kept(http: Client) -> None:
    throttled = http.get("/api/v1/rest/throttled")
    assert (throttled.status_code, throttled["Retry-After"]) == (429, "9")
    challenged = http.get("/api/v1/challenge/unauthenticated")
    assert (challenged.status_code, challenged["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert challenged.json()["message"] == "Please sign in to continue."


def test_drf_validation_keeps_messages_by_field(http: Client) -> None:
    body = http.get("/api/v1/rest/validation").json()
    assert body["errors"] == {"name": ["This is too long."], "age": ["Not a number."]}


@pytest.mark.parametrize(
    ("path", "is_json", "member"),
    [("/nowhere", False, ""), ("/oauth2/nowhere", True, "error"), ("/.well-known/x", True, "error"), ("/api/x", True, "code")],
)
def test_an_unknown_address_is_404_in_the_dress_of_its_place(http: Client, path: str, *, is_json: bool, member: str) -> None:
    response = http.get(path)
    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json" if is_json else "text/html")
    assert not is_json or member in response.json()


def test_a_wrong_method_is_405_with_a_sentence_and_allow(http: Client) -> None:
    page, oauth, rest = http.get("/only-post"), http.get("/oauth2/only-post"), http.post("/api/v1/rest/missing")
    assert [page.status_code, oauth.status_code, rest.status_code] == [405, 405, 405]
    assert b"method_not_allowed" in page.content
    assert oauth.json()["error"] == "invalid_request"
    assert rest.json()["code"] == "method_not_allowed"
    assert (page["Allow"], oauth["Allow"]) == ("POST", "POST")
    assert http.post("/only-post").status_code == 200


def test_a_foreign_host_is_400(http: Client) -> None:
    response = http.get("/form", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content
    assert b'id="error-code">invalid_input<' in response.content


def test_too_many_bytes_or_fields_are_413(http: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    large = http.post("/form", "a=" + "x" * 2000, content_type="application/x-www-form-urlencoded")
    many = http.post("/form", "a=1&" * 9, content_type="application/x-www-form-urlencoded")
    for response in (large, many):
        assert response.status_code == 413
        assert b"payload_too_large" in response.content
        assert_leaks_nothing(response)


def test_a_missing_csrf_token_says_what_to_do(settings: Settings) -> None:
    settings.CSRF_FAILURE_VIEW = "idp.core.boundary.csrf_failed"
    response = Client(enforce_csrf_checks=True).post("/form", {"a": "1"})
    assert response.status_code == 403
    assert b"csrf_failed" in response.content
    assert b"reload" in response.content
    assert b"cookie" not in response.content.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["/page/", "/oauth2/fail/", "/api/v1/fail/", "/api/v1/rest/"])
def test_a_database_that_is_down_is_503_and_retryable(http: Client, route: str) -> None:
    def refuse(*_args: object) -> None:
        raise OperationalError(f"connection to server at 10.0.0.7 failed: {CANARY}")

    with connection.execute_wrapper(refuse):
        response = http.get(f"{route}database")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "try again" in response.content.decode()
    assert_leaks_nothing(response)
    assert http.get(f"{route}database").status_code == 200


def test_a_fault_in_middleware_is_answered_too(settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:-1], "idp.core.tests.test_boundary.failing_middleware"]
    for path, kind in (("/page/missing", "text/html"), ("/api/v1/fail/missing", "application/json")):
        response = Client(raise_request_exception=False).get(path)
        assert response.status_code == 500
        assert response["Content-Type"].startswith(kind)
        assert_leaks_nothing(response)


def failing_middleware(_get_response: object) -> object:
    """A middleware with a bug, named by the test above."""

    def fail(_request: object) -> None:
        raise RuntimeError(CANARY)

    return fail


@pytest.mark.parametrize("template", ["{% broken %}", "{{ page.title|nofilter }}", None])
def test_a_broken_error_page_still_answers_in_words(http: Client, settings: Settings, template: str | None) -> None:
    use_templates(settings, {} if template is None else {"errors/error.html": template})
    response = http.get("/page/expired")
    assert response.status_code == 410
    assert b"<h1>This page has expired</h1>" in response.content
    assert b'<p id="error-code">expired</p>' in response.content
    assert response["X-Request-ID"].encode() in response.content
    assert_leaks_nothing(response)


@pytest.mark.parametrize("path", ["/page/unexpected", "/oauth2/fail/unexpected", "/api/v1/rest/unexpected"])
def test_a_fault_is_logged_once_with_trace_and_reference(http: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    with caplog.at_level(logging.INFO):
        response = http.get(path)
    # Django would log it again under its own name, with the path, which may hold an id.
    (record,) = [record for record in caplog.records if record.name != "idp.request"]
    assert record.name == "idp.boundary"
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.__dict__["reference"] == response["X-Request-ID"]
    assert CANARY in record.__dict__["detail"]


def test_a_refusal_is_logged_once_without_trace(http: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        http.get("/oauth2/fail/expired")
    (record,) = [record for record in caplog.records if record.name != "idp.request"]
    assert (record.levelno, record.exc_info) == (logging.INFO, None)
    assert (record.__dict__["code"], record.__dict__["status"]) == ("expired", 410)


def test_no_answer_to_an_error_may_be_kept(http: Client) -> None:
    for path in ("/page/expired", "/oauth2/fail/expired", "/api/v1/fail/expired", "/nowhere", "/only-post"):
        assert http.get(path)["Cache-Control"] == "no-store"


def test_the_envelope_is_json_even_where_words_are_not_ascii(http: Client) -> None:
    assert json.loads(http.get("/api/v1/rest/fields").content)["code"] == "invalid_input"
