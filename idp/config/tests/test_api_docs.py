"""The API document: valid OpenAPI, true to what is answered, and readable as a page without a script."""

import json
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from idp.tests.pages import read_page

ME = "/api/v1/account/me"
AUTHENTICATORS = "/api/v1/account/authenticators"
PRIVACY = "/api/v1/account/privacy"
_PARTS = (
    "/passkey",
    "/passkey/options",
    "/passkey/{factor_id}",
    "/recovery_codes",
    "/totp",
    "/totp/{factor_id}",
    "/totp/{factor_id}/confirm",
)

_STAFF_PARTS = (
    "users",
    "users/search",
    "users/{user_id}",
    "users/{user_id}/sessions",
    "users/{user_id}/sessions/{sid}/end",
    *(
        f"users/{{user_id}}/{act}"
        for act in ("suspend", "reactivate", "confirm-address", "reset-password", "change-role", "end-sessions", "reset-factors")
    ),
    "users/{user_id}/reveal",
)


@pytest.fixture
def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/schema")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.oai.openapi+json")
    read: dict[str, Any] = json.loads(answer.content)
    return read


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]  # has no annotations
    assert document["openapi"] == "3.1.0"
    privacy = (f"{PRIVACY}{part}" for part in ("", "/restriction", "/marketing", "/export", "/deletion"))
    addresses = ("addresses", "addresses/new", "addresses/new/code")
    account = (
        *("password", "proof", "sessions", "sessions/{sid}", "devices", "devices/{device_id}", "apps", "apps/{client_id}"),
        *("services", "services/{link_id}"),
        *addresses,
    )
    own = (f"/api/v1/account/{part}" for part in account)
    staff = (f"/api/v1/admin/{part}" for part in _STAFF_PARTS)
    assert set(document["paths"]) == {ME, *own, *staff, *(f"{AUTHENTICATORS}{part}" for part in ("", *_PARTS)), *privacy}


def test_it_describes_the_envelope_of_success_and_of_failure(document: dict[str, Any]) -> None:
    models = document["components"]["schemas"]
    assert models["AccountAnswer"]["required"] == ["success", "message", "data", "meta"]
    assert models["AccountAnswer"]["properties"]["data"] == {"$ref": "#/components/schemas/Account"}
    assert models["Failure"]["required"] == ["success", "message", "code", "errors", "meta"]
    assert models["ProfileChange"]["additionalProperties"] is False
    answers = document["paths"][ME]["patch"]["responses"]
    assert set(answers) == {"200", "400", "401", "403", "413", "415", "503"}


def test_an_answer_is_what_the_document_says(document: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Failure", "components": document["components"]}
    Draft202012Validator(schema).validate(Client().get(ME).json())
    assert list(Draft202012Validator(schema).iter_errors({"success": True}))


def test_every_operation_says_who_may_call_it(document: dict[str, Any]) -> None:
    schemes = set(document["components"]["securitySchemes"])
    assert schemes == {"accessToken", "staffAccessToken", "session", "sessionOnly"}
    for path, ways in (
        (ME, {"accessToken", "session"}),
        ("/api/v1/admin/users", {"staffAccessToken", "session"}),
        ("/api/v1/account/authenticators", {"sessionOnly"}),
    ):
        for operation in document["paths"][path].values():
            assert {name for way in operation["security"] for name in way} == ways


def test_the_page_shows_the_same_without_script_or_another_site(document: dict[str, Any]) -> None:
    answer = Client().get("/api/v1/docs")
    html = answer.content.decode()
    page = read_page(html)
    assert answer.status_code == 200
    assert f"PATCH {ME}" in page.text
    for name, model in document["components"]["schemas"].items():
        assert f"model-{name}" in page.texts
        # A closed list of words has no members.
        assert all(member in page.text for member in model.get("properties", {}))
    assert "<script" not in html
    assert "style=" not in html
    assert [link for link in page.links if not link.startswith(("/", "#"))] == []
    assert "script-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/v1/schema", "/api/v1/docs"])
def test_they_are_for_reading_only(path: str) -> None:
    assert Client().post(path).status_code == 405
