"""A person reads a sentence in every answer, whatever happened: over the whole URL map, new routes included.

The few bodies a specification forbids us to extend are listed by name with the clause; a route in no list fails.
"""

import re
import types
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path
from django_redis.exceptions import ConnectionInterrupted
from pytest_django import Settings

from idp.accounts.models import User
from idp.config import urls
from idp.core.envelope import Failure
from idp.core.errors import Expired, RateLimited
from idp.federation.tests.conftest import Traveller, asked_by, traveller, upstream
from idp.federation.tests.mock_upstream import MockUpstream
from idp.oidc.tests.fixtures import signed_in
from idp.outbox.inbox import list_sent
from idp.recovery.schemas import Place, Via
from idp.recovery.services.open_key import open_key
from idp.tests.journey import Answer, Browser, Pkce, page_of
from idp.tests.parties import DEMO_API, SPA, WEB, get_json, introspect, json_of, obtain_tokens, post_form, userinfo
from idp.tests.url_map import STAFF_PAGES, Route, all_routes

__all__ = ["traveller", "upstream"]

ROUTES = all_routes()

# --- What each route answers when all is well ----------------------------------------------------------------------------
PAGES = {
    "home", "api_docs", "login:step", "login:not_me",
    "oidc:consent", "oidc:select_account", "oidc:logout_confirm", "oidc:signed_out",
    "authenticators:security", "authenticators:app", "authenticators:passkey",
    "self_service:overview", "self_service:profile", "self_service:addresses", "self_service:password",
    "self_service:sessions", "self_service:devices", "self_service:apps", "self_service:console", "self_service:console_view",
    "privacy:privacy",
}  # fmt: skip
# The same for whoever asks: a cache may keep them.
FOR_EVERYBODY = {"home", "api_docs"}
ENVELOPES = {
    "account_api:me", "account_api:authenticators", "account_api:privacy", "account_api:sessions", "account_api:connected_apps",
    "account_api:proof", "account_api:addresses", "account_api:devices", "account_api:connected_services",
}  # fmt: skip
# The same after a change; each answer: `idp/account_api/tests`.
CHANGES = {
    "account_api:apps", "account_api:app", "account_api:app_first_code", "account_api:recovery_codes",
    "account_api:passkeys", "account_api:passkey", "account_api:passkey_options",
    "account_api:privacy_marketing", "account_api:privacy_restriction",
    "account_api:privacy_export", "account_api:privacy_deletion",
    "account_api:password", "account_api:session", "account_api:connected_app",
    "account_api:address_new", "account_api:address_code", "account_api:device",
    "account_api:connected_service",
}  # fmt: skip
# The same for staff; each answer: `idp/admin_api/tests`.
STAFF_API = {
    "admin_api:users", "admin_api:user_search", "admin_api:user", "admin_api:user_sessions", "admin_api:reveal",
    "admin_api:suspend", "admin_api:reactivate", "admin_api:confirm_address", "admin_api:reset_password",
    "admin_api:change_role", "admin_api:end_sessions", "admin_api:end_session", "admin_api:reset_factors",
}  # fmt: skip
# JSON of our own making, or where the specification leaves the body to us (RFC 7009 §2.2): a member `message`.
MESSAGES = {"healthz", "readyz", "oidc:revoke", "login:password_strength"}
# Bodies that are not ours to extend, or where a client may rely on there being nothing else.
PRESCRIBED = {
    "oidc:discovery": "OIDC Discovery §4.2: provider metadata, each member registered",
    "oidc:oauth_metadata": "RFC 8414 §3.2: authorization server metadata, each member registered",
    "oidc:jwks": "RFC 7517 §5: a JWK Set",
    "oidc:token": "RFC 6749 §5.1: the members of a successful answer",
    "oidc:introspect": "RFC 7662 §2.2: members describe the token; an inactive one has no other member than active",
    "oidc:userinfo": "OIDC Core §5.3.2: members are claims about the person",
    "api_schema": "OpenAPI 3.1 §4.8: the document's own members",
    "webauthn_origins": "WebAuthn L3 §5.11.1: an object with origins; `idp/mfa/webauthn` tests these three to the letter",
    "android_asset_links": "Digital Asset Links: a list of statements",
    "apple_app_site_association": "Apple's Associated Domains: a section for each service",
}
# Nothing to read: the browser goes on (RFC 9110 §15.4.4); where the way ends, a page has the sentence.
REDIRECTS = {
    "login:start",
    "login:recovery_link",
    "federation:start",
    "federation:callback",
    "oidc:authorize",
    "oidc:interaction",
    "oidc:end_session",
}


def test_every_route_is_known_here() -> None:
    names = [*PAGES, *STAFF_PAGES, *STAFF_API, *ENVELOPES, *CHANGES, *MESSAGES, *PRESCRIBED, *REDIRECTS]
    assert sorted(names) == sorted(route.name for route in ROUTES)


def test_pages_say_what_they_are(stranger: Browser, browser: Browser, shopper: User) -> None:
    # Each page once, as a person meets it.
    met = [
        stranger.open("/"),
        stranger.open("/api/v1/docs"),
        stranger.open(SPA.authorize_url(Pkce())),
        browser.open(WEB.authorize_url(Pkce())),
        browser.open(WEB.authorize_url(Pkce(), prompt="select_account")),
        browser.open("/oauth2/logout"),
        stranger.open("/oauth2/signed-out"),
        security := browser.open("/account/security"),
        browser.submit(security, act="add"),
        browser.open("/account/security/passkey"),
        stranger.open(_notice_of(shopper)),
        *(
            browser.open(f"/account{page}")
            for page in (
                *("", "/profile", "/addresses", "/password", "/sessions", "/devices", "/apps", "/privacy"),
                *("/console", "/console/privacy"),
            )
        ),
    ]
    names = set()
    for page in met:
        assert page.status_code == 200
        # No cache between us and two people keeps the page, or the cookie, of one for the other.
        assert "no-store" in page["Cache-Control"] or page.resolver_match.view_name in FOR_EVERYBODY
        assert len(page_of(page).texts["page-heading"].split()) >= 2
        names.add(page.resolver_match.view_name)
    assert names == PAGES


def _notice_of(person: User) -> str:
    """The link in what they are told of another browser."""
    signed_in(person)
    return next(found[0] for sent in list_sent() if (found := re.search(r"/not-me/\S+", sent.text)))


def test_json_of_our_own_making_has_a_message(browser: Browser) -> None:
    revoked = post_form("/oauth2/revoke", {"token": "fst_at_unknown", "client_id": SPA.client_id})
    account = "/api/v1/account"
    parts = ("me", "authenticators", "privacy", "sessions", "apps", "proof", "addresses", "devices", "services")
    own = [browser.http.get(f"{account}/{part}") for part in parts]
    csrf = page_of(browser.open("/account/profile")).fields["csrfmiddlewaretoken"]
    strength = browser.http.post("/password-strength", {"csrfmiddlewaretoken": csrf, "password": "violin tractor umbrella"})
    answers = [*own, get_json("/healthz"), get_json("/readyz"), revoked, strength]
    assert {answer.resolver_match.view_name for answer in answers} == ENVELOPES | MESSAGES
    for answer in answers:
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert _is_sentence(json_of(answer)["message"])


def test_prescribed_bodies_hold_nothing_else(browser: Browser) -> None:
    tokens = obtain_tokens(browser, SPA, scope="openid profile")
    assert set(tokens) == {"access_token", "token_type", "expires_in", "id_token", "scope"}
    documents = [json_of(get_json(f"/.well-known/{name}")) for name in ("openid-configuration", "oauth-authorization-server")]
    bodies = [*documents, json_of(get_json("/oauth2/jwks")), json_of(get_json("/api/v1/schema"))]
    bodies += [introspect(DEMO_API, tokens["access_token"]), json_of(userinfo(tokens["access_token"]))]
    for body in bodies:
        assert body
        assert not {"message", "success", "meta"} & set(body)
    assert introspect(DEMO_API, "fst_at_unknown") == {"active": False}


def test_redirects_lead_on(stranger: Browser, shopper: User, upstream: MockUpstream, traveller: Traveller) -> None:
    key = open_key(user=shopper, via=Via.MAIL, place=Place(uid="A" * 43, browser="b", return_to="/account"))
    met: list[Any] = [stranger.http.get(address) for address in ("/login?next=/", "/oauth2/logout", f"/recover/{key}")]
    met += [asked := stranger.http.get(SPA.authorize_url(Pkce())), stranger.http.get(asked["Location"])]
    # To another service and back.
    left: Any = traveller.press()
    met += [left, traveller.come_back(upstream, asked_by(left))]
    for answer in met:
        assert (answer.status_code, answer.content) == (303, b"")
        assert answer["Location"]
    assert {answer.resolver_match.view_name for answer in met} == REDIRECTS


# --- What is read when something goes wrong -----------------------------------------------------------------------------
def _is_sentence(text: str) -> bool:
    """Begins like one, ends like one, has some words, and shows nothing of our inside."""
    inside = re.search(r"Traceback|Exception|Error\b|<|canary|django|idp\.|None", text)
    return bool(re.fullmatch(r"[A-Z].{8,}[.!?]", text.strip())) and not inside


def readable(answer: Answer | HttpResponse, status: int | None = None) -> str:
    """The sentence of a refusal or failure, in whichever shape its route speaks; the reference is the request's id."""
    assert status is None or answer.status_code == status, (answer.status_code, answer.content)
    assert answer.status_code >= 400
    assert b"canary" not in answer.content
    if answer["Content-Type"].startswith("text/html"):
        texts = page_of(answer).texts  # type: ignore[arg-type]  # either kind has a content
        assert texts["error-reference"] == answer["X-Request-ID"]
        assert texts["error-code"]
        assert len(texts["page-heading"]) > 5
        sentence = texts["error-message"]
    elif b'"success"' in answer.content:
        body = Failure.model_validate_json(answer.content)
        assert body.meta.request_id == answer["X-Request-ID"]
        sentence = body.message
    else:
        refusal = json_of(answer)  # type: ignore[arg-type]
        assert refusal.get("error") or refusal.get("failing")
        sentence = refusal.get("error_description") or refusal["message"]
    assert _is_sentence(sentence), sentence
    assert "no-store" in answer["Cache-Control"]
    return sentence


def shape(answer: Answer) -> str:
    """Page, envelope or the body of RFC 6749."""
    if answer["Content-Type"].startswith("text/html"):
        return "page"
    return "envelope" if "success" in json_of(answer) else "oauth"


@pytest.mark.parametrize(("address", "expected"), [
    ("/nothing", "page"), ("/login/x", "page"), ("/admin/x.php", "page"), ("/api/v1/nothing", "envelope"), ("/api/", "envelope"),
    ("/oauth2/nothing", "oauth"), ("/.well-known/nothing", "oauth"),
])  # fmt: skip
def test_an_unknown_address(address: str, expected: str) -> None:
    answer = Client().get(address)
    readable(answer, 404)
    assert shape(answer) == expected


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.django_db
def test_a_method_that_is_not_for_this_address(route: Route) -> None:
    answer = Client().generic("PROPFIND", route.address)
    assert answer.status_code in {401, 404, 405}
    readable(answer)


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.django_db
def test_a_foreign_host(route: Route) -> None:
    answer = Client().get(route.address, headers={"host": "evil.example"})
    if route.name in {"healthz", "readyz", "oidc:discovery", "oidc:oauth_metadata", "oidc:jwks"}:
        assert answer.status_code in {200, 503}
    elif route.address.startswith("/.well-known/"):
        # Nothing is configured here, which is the same for every Host as well.
        readable(answer, 404)
    else:
        readable(answer, 400)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.name in PAGES | STAFF_PAGES | REDIRECTS], ids=str)
@pytest.mark.django_db
def test_a_form_without_its_csrf_token(route: Route) -> None:
    answer = Client(enforce_csrf_checks=True).post(route.address, {"decision": "allow"})
    if getattr(route.view, "csrf_exempt", False):
        # A client's own POST (OIDC Core §3.1.2.1, RP-Initiated Logout §2) carries no token of ours.
        assert route.name in {"oidc:authorize", "oidc:end_session"}
        return
    assert "reload" in readable(answer, 403)
    assert page_of(answer).texts["error-code"] == "csrf_failed"


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.django_db
def test_a_body_that_is_too_large(route: Route) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        route.address, {"q": "x" * 300_000}, content_type="application/x-www-form-urlencoded"
    )
    readable(answer)
    assert answer.status_code in {401, 403, 405, 413}


@pytest.mark.parametrize(
    "address",
    ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/userinfo", "/oauth2/authorize", "/oauth2/logout"],
)
@pytest.mark.django_db
def test_every_endpoint_that_reads_a_form_has_the_limit(address: str) -> None:
    readable(post_form(address, {"token": "x" * 300_000}), 413)


FAULTS: list[tuple[Callable[[], Exception], int]] = [
    (lambda: RuntimeError("canary"), 500),
    (lambda: OperationalError("canary"), 503),
    (lambda: InterfaceError("canary"), 503),
    (lambda: ConnectionInterrupted(None), 503),
    (lambda: Http404("canary"), 404),
    (lambda: PermissionDenied("canary"), 403),
    (lambda: Expired(detail="canary"), 410),
    (lambda: RateLimited(detail="canary", retry_after=30), 429),
]


@pytest.mark.django_alone
@pytest.mark.parametrize(("fault", "status"), FAULTS, ids=[str(status) for _fault, status in FAULTS])
def test_whatever_a_view_raises(settings: Settings, fault: Callable[[], Exception], status: int) -> None:
    settings.ROOT_URLCONF = _failing_urls(fault)
    http = Client(raise_request_exception=False)
    for route in ROUTES:
        answer = http.get(route.address)
        readable(answer, status)
        assert answer.get("Retry-After") == {429: "30", 503: "5"}.get(status)
        assert shape(answer) == _expected_shape(route)


@pytest.mark.parametrize(("fault", "status"), [(OperationalError, 503), (RuntimeError, 500)])
def test_a_database_that_fails_under_a_real_view(browser: Browser, fault: type[Exception], status: int) -> None:
    browser.http.raise_request_exception = False
    failed = set()

    def refuse(*_statement: object) -> None:
        raise fault("canary")

    for route in ROUTES:
        with connection.execute_wrapper(refuse):
            answer = browser.http.get(route.address)
        if answer.status_code >= 500:
            readable(answer, status)
            failed.add(route.name)
        elif answer.status_code >= 400:
            readable(answer)
    # Those that ask the database who this is, whatever else they do.
    assert {"account_api:me", "readyz", "oidc:jwks"} <= failed


def _expected_shape(route: Route) -> str:
    if route.address.startswith("/api/") and route.name != "api_docs":
        return "envelope"
    return "oauth" if route.name in {*PRESCRIBED, "oidc:revoke"} else "page"


def _failing_urls(fault: Callable[[], Exception]) -> types.ModuleType:
    """The URL map with every view failing inside; what was declared about it (skin, CSRF, Host) stays."""

    def failing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def raises(*_args: object, **_kwargs: object) -> HttpResponse:
            raise fault()

        return raises

    module = types.ModuleType("idp.tests.failing_urls", "Every route, failing.")
    patterns = [path(route.address.removeprefix("/"), failing(route.view)) for route in ROUTES]
    handlers = {name: value for name, value in vars(urls).items() if name.startswith("handler")}
    vars(module).update(urlpatterns=patterns, **handlers)
    return module
