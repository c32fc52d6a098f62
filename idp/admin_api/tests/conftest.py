"""Members of staff, the tokens of their desk, and how an application and a browser call the API."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, signed_in, stranger
from idp.tests.journey import Answer, Browser, page_of
from idp.tests.parties import DESK, Party, obtain_tokens

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]

USERS = "/api/v1/admin/users"
REASON = {"reason": "ticket 4711"}


@dataclass(frozen=True)
class Desk:
    """An application with an access token: no cookies."""

    token: str

    def get(self, path: str, **headers: str) -> Answer:
        """Read."""
        return self._http(headers).get(path)

    def post(self, path: str, body: object = REASON, **headers: str) -> Answer:
        """Act."""
        return self._http(headers).post(path, body, content_type="application/json")

    def _http(self, headers: dict[str, str]) -> Client:
        return Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {self.token}", **headers})


def desk_of(person: User, party: Party = DESK, scope: str = DESK.scope) -> Desk:
    """The desk of somebody who has just signed in."""
    return Desk(str(obtain_tokens(signed_in(person), party, scope=scope)["access_token"]))


def post_from_page(browser: Browser, path: str, body: object = REASON, **headers: str) -> Answer:
    """As a page of ours does it: cookie, JSON, and the CSRF token that a form of ours carries."""
    csrf = page_of(browser.open("/oauth2/logout")).fields["csrfmiddlewaretoken"]
    return browser.http.post(path, body, content_type="application/json", headers={"x-csrftoken": csrf, **headers})


@pytest.fixture
def chief(clients: None, make_user: Callable[..., User]) -> User:
    """A super administrator."""
    return make_user(email="bisi@example.com", role=Role.SUPER_ADMIN)


@pytest.fixture
def helper(clients: None, make_user: Callable[..., User]) -> User:
    """Staff who may look."""
    return make_user(email="kemi@example.com", role=Role.SUPPORT)


@pytest.fixture
def desk(chief: User) -> Desk:
    """Of the one who may act."""
    return desk_of(chief)


@pytest.fixture
def looking(helper: User) -> Desk:
    """Of the one who may look."""
    return desk_of(helper)
