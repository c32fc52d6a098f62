"""A person at a browser and a client at its back channel, both speaking HTTP to the provider; used by tests of whole journeys.

`Browser` follows our pages by their forms, with CSRF checks on. `authorize_url` and `PKCE` are what any OAuth client would make.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
from django.conf import settings
from django.http import HttpResponse
from django.test import Client as HttpClient

from idp.tests.pages import Page, read_page

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    # What django-stubs calls the answer of Django's test client; it has no public name.
    Answer: TypeAlias = _MonkeyPatchedWSGIResponse
else:
    Answer = HttpResponse

PASSWORD = "correct horse battery staple"
# Redirects in a row that a browser would follow before it gives up.
_LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Pkce:
    """A verifier and its S256 challenge (RFC 7636 §4.1, §4.2)."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def authorize_url(pkce: Pkce, **overrides: str | None) -> str:
    """An authorization request of the demo shop; None removes a parameter."""
    parameters: dict[str, str | None] = {
        "client_id": "demo-spa",
        "redirect_uri": f"{settings.ENVIRONMENT.demo_spa_origin}/callback",
        "response_type": "code",
        "scope": "openid email orders",
        "state": "af0ifjsldkj",
        "nonce": "n-0S6_WzA2Mj",
        "code_challenge": pkce.challenge,
        "code_challenge_method": "S256",
        **overrides,
    }
    return "/oauth2/authorize?" + urlencode({name: value for name, value in parameters.items() if value is not None})


def answer_of(location: str) -> dict[str, str]:
    """The query members of a redirect to the client."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query, keep_blank_values=True).items()}


class Browser:
    """One browser: cookies, and what a person does with our pages."""

    def __init__(self, **headers: str) -> None:
        self.http = HttpClient(enforce_csrf_checks=True, headers={"accept": "text/html", **headers})
        self.address = "/"
        # Every address asked for, and the status it answered with.
        self.visited: list[tuple[str, int]] = []

    def open(self, url: str) -> Answer:
        """GET and follow redirects within the provider; stops at a page, or at a redirect that leaves it."""
        response = self.http.get(url)
        return self._follow(url, response)

    def submit(self, page: Answer, **values: str) -> Answer:
        """Fill in the form of `page` and send it to the page's own address."""
        fields = {**read_page(page.content.decode()).fields, **values}
        response = self.http.post(self.address, fields)
        return self._follow(self.address, response)

    def sign_in(self, page: Answer, *, username: str, password: str = PASSWORD) -> Answer:
        """The two steps of a password sign-in, and the set-up of a second factor where the role asks for one."""
        page = self.submit(self.submit(page, username=username), password=password)
        return self.set_up() if self.address.endswith("/set-up") else page

    def set_up(self) -> Answer:
        """Set up an authenticator app, give its first code and keep the recovery codes."""
        here = self.open(self.address)
        begun = self.submit(here)
        secret = re.search(r'id="totp-secret">([A-Z2-7 ]+)<', begun.content.decode())
        assert secret is not None
        return self.submit(self.submit(begun, code=pyotp.TOTP(secret[1].replace(" ", "")).now()))

    def _follow(self, url: str, response: Answer) -> Answer:
        self._note(url, response)
        for _ in range(_LONGEST_CHAIN):
            target = response["Location"] if response.status_code in {302, 303} else ""
            if not target.startswith("/"):
                return response
            response = self.http.get(target)
            self._note(target, response)
        raise AssertionError(f"redirected in circles: {[path for path, _status in self.visited[-4:]]}")

    def _note(self, url: str, response: Answer) -> None:
        self.address = url
        self.visited.append((url, response.status_code))


def page_of(response: Answer) -> Page:
    """The parsed page."""
    return read_page(response.content.decode())


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The Authorization header of client_secret_basic."""
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}
