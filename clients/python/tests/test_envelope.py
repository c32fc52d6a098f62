"""Every answer has the envelope and a sentence, whoever produced it."""

import json

import pytest
from django.test import RequestFactory
from rest_framework.response import Response

from fashionistar_auth.envelope import field_errors
from tests.conftest import Answer, Ask
from tests.service.views import Open

TECHNICAL = ("Traceback", "Exception", "matches the given query", "internal reason", "a secret detail", "JSON parse")


def assert_failure(answer: Answer, status: int, code: str) -> dict[str, object]:
    """The failure shape, complete, with a reference and nothing technical."""
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/json")
    body: dict[str, object] = answer.json()
    assert set(body) == {"success", "message", "code", "errors", "meta"}
    assert body["success"] is False
    assert body["code"] == code
    assert body["meta"] == {"request_id": answer["X-Request-ID"]}
    message = str(body["message"])
    assert message[0].isupper()
    assert message.endswith(".")
    assert not [word for word in TECHNICAL if word in answer.text]
    return body


def test_bare_data_is_wrapped(ask: Ask) -> None:
    answer = ask("/open")
    assert answer.json() == {
        "success": True,
        "message": "Here is what you asked for.",
        "data": {"signed_in": False},
        "meta": {},
    }


def test_no_content_stays_empty() -> None:
    # Called without Django's test client, which takes bodies off 204 by itself.
    answer = Open.as_view()(RequestFactory().delete("/open"))
    assert isinstance(answer, Response)
    answer.render()
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("path", "status", "code", "says"),
    [
        ("/raises/http404", 404, "not_found", "nothing at this address"),
        ("/raises/django-denied", 403, "permission_denied", "may do"),
        ("/raises/denied", 403, "permission_denied", "Orders of last year are closed."),
        ("/raises/failed", 401, "authentication_failed", "sign in again"),
        ("/raises/unknown", 500, "server_error", "reference"),
        ("/raises/structured", 500, "error", "could not be understood"),
        ("/no/such/path", 404, "not_found", "nothing at this address"),
        ("/busy", 429, "throttled", "try again in 7 seconds"),
        ("/plain", 403, "permission_denied", "may do"),
    ],
)
def test_failures(ask: Ask, path: str, status: int, code: str, says: str) -> None:
    assert says in str(assert_failure(ask(path), status, code)["message"])


def test_unknown_host(ask: Ask) -> None:
    assert_failure(ask("/open", headers={"Host": "evil.example"}), 400, "bad_request")


def test_method_not_allowed(ask: Ask) -> None:
    answer = ask("/open", method="PUT")
    assert "PUT requests" in str(assert_failure(answer, 405, "method_not_allowed")["message"])
    assert "DELETE" in answer["Allow"]
    plain = ask("/plain", method="POST")
    assert_failure(plain, 405, "method_not_allowed")
    assert plain["Allow"] == "GET"


def test_not_acceptable(ask: Ask) -> None:
    assert_failure(ask("/open", headers={"Accept": "application/pdf"}), 406, "not_acceptable")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "parse_error"),
        ("a: 1", "application/yaml", 415, "unsupported_media_type"),
    ],
)
def test_unreadable_bodies(ask: Ask, body: str, content_type: str, status: int, code: str) -> None:
    assert_failure(ask("/orders", method="POST", data=body, content_type=content_type), status, code)


def test_validation_errors_name_every_field(ask: Ask) -> None:
    order = json.dumps({"note": "too long", "items": [{"quantity": 1}, {"quantity": 0}]})
    answer = ask("/orders", method="POST", data=order, content_type="application/json")
    body = assert_failure(answer, 400, "validation_error")
    assert set(body["errors"]) == {"note", "items.1.quantity"}  # type: ignore[call-overload]
    accepted = json.dumps({"note": "ok", "items": []})
    assert ask("/orders", method="POST", data=accepted, content_type="application/json").status_code == 201


@pytest.mark.parametrize(
    ("detail", "flat"),
    [
        ("no", {"non_field_errors": ["no"]}),
        (["a", "b"], {"non_field_errors": ["a", "b"]}),
        ({"a": {"b": ["c"]}}, {"a.b": ["c"]}),
        ([{}, {"a": ["b"]}], {"1.a": ["b"]}),
        ([], {}),
    ],
)
def test_flattening(detail: object, flat: dict[str, list[str]]) -> None:
    assert field_errors(detail) == flat


def test_reference_of_the_caller_is_kept_when_harmless(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    assert ask("/raises/unknown", headers={"X-Request-ID": "trace-0123456789"})["X-Request-ID"] == "trace-0123456789"
    assert "reference trace-0123456789" in caplog.text
    for harmful in ("short", "a b c d e f g h", "x" * 65, "<script>alert</script>"):
        assert ask("/raises/unknown", headers={"X-Request-ID": harmful})["X-Request-ID"] != harmful
