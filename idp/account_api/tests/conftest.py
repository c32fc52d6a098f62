"""Makes clients, keys and a signed-in browser known here, and two ways to call the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from idp.authenticators.tests.conftest import ada, vera
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger
from idp.tests.journey import Answer, Browser, page_of
from idp.tests.parties import Party, obtain_tokens

__all__ = ["ada", "browser", "clients", "registrations", "shopper", "stranger", "vera"]

ME = "/api/v1/account/me"
Patch = Callable[..., Answer]


@pytest.fixture
def patch(browser: Browser) -> Patch:
    """PATCH as a page of ours does it: cookie, JSON and the CSRF token that a form of ours carries."""
    csrf = page_of(browser.open("/oauth2/logout")).fields["csrfmiddlewaretoken"]

    def send(change: Any, token: str = csrf, **headers: str) -> Answer:  # noqa: ANN401 - whatever a caller sends
        return browser.http.patch(ME, change, content_type="application/json", headers={"x-csrftoken": token, **headers})

    return send


def token_of(browser: Browser, party: Party, scope: str) -> str:
    """An access token of this client for the person in this browser."""
    return str(obtain_tokens(browser, party, scope=scope)["access_token"])


def by_token(method: str, token: str, change: object = None, **headers: str) -> Answer:
    """A call by an application: no cookies."""
    http = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {token}", **headers})
    if method == "GET":
        return http.get(ME)
    return http.patch(ME, change, content_type="application/json")
