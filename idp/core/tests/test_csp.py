"""`csp`: the security headers stand on every answer, whoever made it."""

import pytest
from django.test import Client
from pytest_django import Settings

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Pages, data, and answers made by handlers: 200, 4xx, 5xx.
ANSWERS = [
    "/form", "/constant", "/page/unexpected", "/page/missing", "/oauth2/fail/oauth", "/api/v1/fail/unexpected", "/nowhere",
    "/only-post",
]  # fmt: skip


def policy(http: Client, path: str) -> dict[str, str]:
    """The policy's directives by name."""
    parts = http.get(path)["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


@pytest.mark.spec("RFC 9700", "4.16")
@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(http: Client, path: str) -> None:
    response = http.get(path)
    assert {name: response[name] for name in FIXED} == FIXED
    assert "camera=()" in response["Permissions-Policy"]
    assert policy(http, path)["default-src"] == "'none'"
    assert policy(http, path)["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("path", ANSWERS)
def test_nothing_inline_and_nothing_foreign_may_run(http: Client, path: str) -> None:
    header = http.get(path)["Content-Security-Policy"]
    for loophole in ("unsafe", "http:", "https:", "data:", "blob:", "*"):
        assert loophole not in header


def test_a_bad_host_gets_them_too(http: Client) -> None:
    response = http.get("/form", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert {name: response[name] for name in FIXED} == FIXED


def test_pages_load_our_own_files_and_data_loads_nothing(http: Client) -> None:
    assert policy(http, "/form")["script-src"] == "'self'"
    assert "script-src" not in policy(http, "/constant")


def test_only_a_page_that_may_end_at_a_client_sends_no_form_action(http: Client) -> None:
    assert policy(http, "/form")["form-action"] == "'self'"
    assert policy(http, "/page/missing")["form-action"] == "'self'"
    assert "form-action" not in policy(http, "/leaving")


def test_nothing_is_kept_unless_a_view_says_so(http: Client) -> None:
    assert http.get("/form")["Cache-Control"] == "no-store"
    assert http.get("/cached")["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize(("issuer", "strict"), [("https://id.example.com", True), ("http://localhost:8000", False)])
def test_strict_transport_goes_with_an_https_issuer(settings: Settings, issuer: str, *, strict: bool) -> None:
    settings.IDP_ISSUER = issuer
    assert ("Strict-Transport-Security" in Client().get("/form").headers) is strict
