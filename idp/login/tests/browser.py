"""A browser for these tests: cookies, a CSRF token read from the page, forms sent as browsers send them."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client, RequestFactory

from idp.core.browser import browser_key
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login, new_login_uid

FORM = "application/x-www-form-urlencoded"


class Page(HTMLParser):
    """What stands on a page: elements by id with their attributes, and the text of those that have one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.by_id: dict[str, dict[str, str | None]] = {}
        self.by_name: dict[str, dict[str, str | None]] = {}
        self.labels: dict[str, str] = {}
        self.text = ""
        self._label: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: dict[str, str | None] = {**dict(attrs), "tag": tag}
        if found.get("id"):
            self.by_id[str(found["id"])] = found
        if found.get("name"):
            self.by_name[str(found["name"])] = found
        self._label = found.get("for") if tag == "label" else self._label

    def handle_endtag(self, tag: str) -> None:
        self._label = None if tag == "label" else self._label

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "
        if self._label:
            self.labels[self._label] = self.labels.get(self._label, "") + data.strip()


class Browser(Client):
    """Django's test client with CSRF checks on, which it must pass like any browser."""

    def __init__(self, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(enforce_csrf_checks=True, headers=headers)

    def key(self) -> str:
        """The browser key the provider sees; the cookie is asked for first."""
        if "idp_browser" not in self.cookies:
            self.get("/login")
        request = RequestFactory().get("/")
        request.COOKIES = {name: morsel.value for name, morsel in self.cookies.items()}
        return browser_key(request)

    def begin(self, **wishes: str | bool) -> str:
        """Begin a sign-in as a caller does; returns the address of its first page."""
        requirement = LoginRequirement.model_validate({"uid": new_login_uid(), "return_to": "/whoami", **wishes})
        return begin_login(requirement=requirement, browser=self.key())

    def page(self, address: str) -> Page:
        """The page at this address, which must be one."""
        answer = self.get(address)
        assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
        return Page(answer.content.decode())

    def send(self, address: str, fields: dict[str, str], *, token: str | None = None) -> HttpResponse:
        """Send a form with the CSRF token of the page at this address, or with one kept from before."""
        token = token or self.token(address)
        answer: Any = self.post(address, urlencode({"csrfmiddlewaretoken": token, **fields}), content_type=FORM)
        return answer  # type: ignore[no-any-return]

    def token(self, address: str) -> str:
        """The CSRF token on a page."""
        return str(self.page(address).by_name["csrfmiddlewaretoken"]["value"])

    def name(self, identifier: str, address: str | None = None) -> str:
        """Go through the first page; returns the address of the second."""
        answer = self.send(address or self.begin(), {"username": identifier})
        assert answer.status_code == 303, answer.content
        return answer.headers["Location"]

    def sign_in(self, identifier: str, password: str, **wishes: str | bool) -> HttpResponse:
        """Go through both pages; returns the answer to the password."""
        return self.send(self.name(identifier, self.begin(**wishes)), {"password": password})

    def whoami(self) -> dict[str, str | None]:
        """Who the provider says is signed in here."""
        who: dict[str, str | None] = self.get("/whoami").json()
        return who
