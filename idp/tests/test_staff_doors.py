"""Every staff page and every address of the admin API, new ones included, refuses whoever is not staff with two factors.

The walk reads Django's own resolver, so an address that somebody adds and forgets to guard fails here. Last, that this is so.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path, reverse
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.admin_api.people import StaffView
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.config import urls
from idp.core import clock, envelope
from idp.login.models import SsoSession
from idp.oidc.models import AccessToken, Consent
from idp.oidc.models import Client as Registration
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, signed_in, stranger
from idp.outbox.models import Message
from idp.staff.site import site
from idp.tests.journey import Answer, Browser, page_of
from idp.tests.parties import DESK, SPA, obtain_tokens
from idp.tests.test_messages import readable
from idp.tests.totp_app import with_app
from idp.tests.url_map import Route, all_routes

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]

PAGES, API = "/admin/", "/api/v1/admin/"
ROUTES = [route for route in all_routes() if route.address.startswith((PAGES, API))]
# HEAD is GET, and OPTIONS shows what the API takes to those alone who may call it.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PERSONAL = ("a•••@", "ada@example.com", "+234••••567", "8031234567")


class Caller(NamedTuple):
    """Somebody at a door: an HTTP client, with what a form or a page of ours would send along."""

    http: Client
    headers: dict[str, str]
    has_token: bool = False


def _by_browser(browser: Browser) -> Caller:
    csrf = page_of(browser.open("/oauth2/logout")).fields.get("csrfmiddlewaretoken", "")
    return Caller(browser.http, {"x-csrftoken": csrf})


def _by_token(token: str) -> Caller:
    return Caller(Client(enforce_csrf_checks=True), {"authorization": f"Bearer {token}"}, has_token=True)


# --- Who comes to the door ----------------------------------------------------------------------------------------------
def _nobody(_make: Callable[..., User]) -> Caller:
    return _by_browser(Browser())


def _half_authenticated(make: Callable[..., User]) -> Caller:
    """A super administrator whose password was right and whose code is still asked for."""
    person = make(email="half@example.com", role=Role.SUPER_ADMIN)
    with_app(person)
    browser = Browser()
    page = browser.open("/login?next=/admin/")
    page = browser.open(page["Location"]) if page.status_code == 303 else page
    page = browser.sign_in(page, username="half@example.com")
    assert browser.address.endswith("/authenticator-app"), browser.address
    assert not SsoSession.objects.filter(user=person).exists()
    csrf = page_of(page).fields["csrfmiddlewaretoken"]
    return Caller(browser.http, {"x-csrftoken": csrf})


def _password_only_staff(make: Callable[..., User]) -> Caller:
    """Somebody who signed in with a password as a shopper and was made a super administrator since."""
    person = make(email="late@example.com", role=Role.CLIENT)
    caller = _by_browser(signed_in(person))
    User.objects.filter(pk=person.pk).update(role=Role.SUPER_ADMIN, is_staff=True)
    return caller


def _with_two_factors(role: Role) -> Callable[[Callable[..., User]], Caller]:
    def come(make: Callable[..., User]) -> Caller:
        person = make(email="two@example.com", role=role)
        with_app(person)
        caller = _by_browser(signed_in(person))
        assert SsoSession.objects.get(user=person).acr == "aal2"
        return caller

    return come


def _token_without_scope(make: Callable[..., User]) -> Caller:
    person = make(email="desk@example.com", role=Role.SUPER_ADMIN)
    return _by_token(obtain_tokens(signed_in(person), DESK, scope="openid profile")["access_token"])


def _token_of_a_shopper(make: Callable[..., User]) -> Caller:
    person = make(email="desk@example.com")
    with_app(person)
    return _by_token(obtain_tokens(signed_in(person), DESK)["access_token"])


def _token_of_one_factor(make: Callable[..., User]) -> Caller:
    person = make(email="desk@example.com", role=Role.SUPER_ADMIN)
    token = obtain_tokens(signed_in(person), DESK)["access_token"]
    AccessToken.objects.update(acr="aal1", amr=["pwd"])
    return _by_token(token)


def _token_of_another_client(make: Callable[..., User]) -> Caller:
    person = make(email="desk@example.com", role=Role.SUPER_ADMIN)
    return _by_token(obtain_tokens(signed_in(person), SPA)["access_token"])


CALLERS = {
    "nobody": _nobody,
    "half-authenticated": _half_authenticated,
    "password-only staff": _password_only_staff,
    "shopper with two factors": _with_two_factors(Role.CLIENT),
    "vendor": _with_two_factors(Role.VENDOR),
    "token without scope": _token_without_scope,
    "token of a shopper": _token_of_a_shopper,
    "token of one factor": _token_of_one_factor,
    "token of another client": _token_of_another_client,
}


# --- The walk -----------------------------------------------------------------------------------------------------------
def addresses_for(route: Route, shopper: User) -> Iterator[str]:
    """The route with an id that nobody has; and with the shopper's, where it takes one."""
    yield route.address
    known = route.address.replace("00000000-0000-7000-8000-000000000000", str(shopper.pk), 1)
    if known != route.address:
        yield known


def assert_refused(caller: Caller, address: str, method: str) -> None:
    """A page leads to the sign-in or refuses, the API refuses; nobody's data is in it, and the sentence can be read."""
    sent = {"content_type": "application/json", "headers": caller.headers}
    if address.startswith(PAGES):
        # As its form would: the CSRF token would otherwise refuse for the gate.
        body = f"csrfmiddlewaretoken={caller.headers.get('x-csrftoken', '')}&reason=ticket"
        sent["content_type"] = "application/x-www-form-urlencoded"
    else:
        body = '{"reason": "ticket 4711", "role": "vendor", "kind": "email", "identifier": "ada@example.com"}'
    answer: Answer = caller.http.generic(method, address, body, **sent)  # type: ignore[arg-type]  # two kinds of values
    assert [text for text in PERSONAL if text in answer.content.decode()] == [], address
    if address.startswith(PAGES) and answer.status_code == 303:
        assert answer["Location"].startswith("/login?next=%2Fadmin%2F"), (method, address, answer["Location"])
        return
    allowed = {401, 403} if method in {"GET", "POST"} else {401, 403, 405}
    assert answer.status_code in allowed, (method, address, answer.status_code, answer.content)
    readable(answer)


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("come", CALLERS.values(), ids=CALLERS.keys())
def test_every_door_is_shut(come: Callable[..., Caller], clients: None, shopper: User, make_user: Callable[..., User]) -> None:
    caller = come(make_user)
    before = SecurityEvent.objects.count()
    for route in ROUTES:
        for address in addresses_for(route, shopper):
            for method in METHODS:
                # A page answers other methods alike for everybody, before it looks who asks.
                if address.startswith(API) or method in {"GET", "POST"}:
                    _assert_shut(caller, route, address, method)
    # Nobody was looked at, nothing was done.
    assert SecurityEvent.objects.count() == before
    assert not SecurityEvent.objects.filter(event__in=[Event.USER_VIEWED, Event.USERS_LISTED, Event.USER_REVEALED]).exists()
    assert User.objects.get(pk=shopper.pk).is_active


def _assert_shut(caller: Caller, route: Route, address: str, method: str) -> None:
    """The same; a method that is not the route's answers 405 to whoever asks."""
    if method == "POST" and address.startswith(PAGES) and not _takes_posts(route):
        assert caller.http.post(address, headers=caller.headers).status_code in {403, 405}
        return
    if address.startswith(API) and method in {"GET", "POST"} and method.lower() not in _methods(route):
        assert caller.http.generic(method, address, headers=caller.headers).status_code in {401, 403, 405}
        return
    assert_refused(caller, address, method)


def _takes_posts(route: Route) -> bool:
    return route.name.endswith(("_act", "_find"))


def _methods(route: Route) -> set[str]:
    view = getattr(route.view, "cls", None)
    return {name for name in ("get", "post") if hasattr(view, name)}


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("by", ["browser", "token"])
def test_whoever_may_look_only_is_refused_at_every_act(
    clients: None, shopper: User, make_user: Callable[..., User], by: str
) -> None:
    person = make_user(email="kemi@example.com", role=Role.SUPER_SUPPORT)
    with_app(person)
    browser = signed_in(person)
    caller = _by_browser(browser) if by == "browser" else _by_token(obtain_tokens(browser, DESK)["access_token"])
    acts = [*_acts_of_the_api(shopper), *(_acts_of_pages(shopper) if by == "browser" else ())]
    assert len(acts) >= (9 if by == "token" else 20)
    before = SecurityEvent.objects.count()
    for address in acts:
        methods = ("POST",) if address.startswith(API) else ("GET", "POST")
        for method in methods:
            assert_refused(caller, address, method)
            assert caller.http.generic(method, address, headers=caller.headers).status_code == 403, address
    assert SecurityEvent.objects.count() == before


def _acts_of_the_api(shopper: User) -> Iterator[str]:
    for route in ROUTES:
        if route.address.startswith(API) and "post" in _methods(route) and route.name != "admin_api:user_search":
            yield list(addresses_for(route, shopper))[-1]


def _acts_of_pages(shopper: User) -> Iterator[str]:
    """Every act that any table names, on a row that is there."""
    signed_in(shopper)
    client = Registration.objects.get(client_id="third-web")
    Consent.objects.create(user=shopper, client=client, scopes=["email"], granted_at=clock.now())
    Message.objects.create(kind="oidc.user_event", payload="canary", expires_at=clock.now(), dead_at=clock.now())
    for model, rows in site._registry.items():
        for act in getattr(rows, "acts", ()):
            yield reverse(f"admin:{rows.slug}_act", args=(model._default_manager.latest("pk").pk, act.name))  # type: ignore[attr-defined]  # ours


def test_the_walk_knows_both_doors() -> None:
    assert len([route for route in ROUTES if route.address.startswith(PAGES)]) >= 20
    assert len([route for route in ROUTES if route.address.startswith(API)]) >= 13


# --- And the door that somebody forgot ----------------------------------------------------------------------------------
# A view of the API that names no rule at all is refused by our default; one that takes it away, or a page, is not.
class Weakened(StaffView):
    """One whose rule was taken away."""

    permission_classes = ()

    def get(self, request: Request) -> Response:
        """Anybody reads it."""
        return Response(envelope.success("These are the accounts."))


def _forgotten_page(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"people": []})


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Two new addresses, none of them guarded."""
    new = [
        path("api/v1/admin/weakened", Weakened.as_view(), name="weakened"),
        path("admin/forgotten/", _forgotten_page, name="forgotten_page"),
    ]
    monkeypatch.setattr(urls, "urlpatterns", [*new, *urls.urlpatterns])
    settings.ROOT_URLCONF = urls.__name__


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("address", ["/api/v1/admin/weakened", "/admin/forgotten/"])
def test_the_walk_finds_a_door_without_a_rule(clients: None, address: str) -> None:
    with pytest.raises(AssertionError):
        assert_refused(_nobody(User), address, "GET")
