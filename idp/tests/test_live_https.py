"""The provider as operators run it: an https issuer, and a proxy in front that ends TLS and speaks plain HTTP to it.

The proxy is played by the headers it would pass on. What a browser would do with the cookies is checked by their attributes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlsplit

import httpx
import pytest

from idp.tests.browser.live import SHOPPER
from idp.tests.live_provider import Provider, running
from idp.tests.pages import read_page

pytestmark = pytest.mark.unmeasured

_HOST = "id.example.com"
_OURS = {"__Host-idp_session", "__Host-idp_csrf", "__Host-idp_browser"}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for all tests of this file."""
    with running(tmp_path_factory.mktemp("https"), IDP_ISSUER=f"https://{_HOST}") as made:
        yield made


@dataclass
class Visitor:
    """A browser on the far side of the proxy: it keeps cookies that are for https, and says where a form stood."""

    provider: Provider
    origin: str = f"https://{_HOST}"
    cookies: dict[str, "Morsel[str]"] = field(default_factory=dict)
    address: str = ""

    def _sent(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        headers = {"host": _HOST, "cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())}
        if method == "POST":
            headers["origin"] = self.origin
        answer = httpx.request(
            method, f"{self.provider.issuer}{path}", data=data, headers=headers, trust_env=False, timeout=60
        )  # fmt: skip
        for line in answer.headers.get_list("set-cookie"):
            self.cookies |= SimpleCookie(line)
        self.address = path
        return answer

    def open(self, path: str) -> httpx.Response:
        """GET, and follow what leads on within the provider."""
        return self._followed(self._sent("GET", path))

    def submit(self, page: httpx.Response, **values: str) -> httpx.Response:
        """The form of this page."""
        return self._followed(self._sent("POST", self.address, {**read_page(page.text).fields, **values}))

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        while answer.status_code == 303:
            target = urlsplit(answer.headers["Location"])
            answer = self._sent("GET", target.path + (f"?{target.query}" if target.query else ""))
        return answer


def signed_in(provider: Provider) -> Visitor:
    visitor = Visitor(provider)
    page = visitor.submit(visitor.open("/account"), username=SHOPPER.email)
    page = visitor.submit(page, password=SHOPPER.password)
    assert (page.status_code, visitor.address) == (200, "/account")
    return visitor


@pytest.mark.spec("OWASP ASVS 5.0", "3.3.1")
def test_every_cookie_is_for_https_this_host_and_no_script(provider: Provider) -> None:
    visitor = signed_in(provider)
    assert visitor.cookies.keys() == _OURS
    for name, morsel in visitor.cookies.items():
        kept = {key: morsel[key] for key in ("secure", "httponly", "samesite", "path", "domain")}
        assert kept == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}, name


def test_browsers_are_told_to_come_by_https_only(provider: Provider) -> None:
    answer = Visitor(provider).open("/login")
    assert int(answer.headers["Strict-Transport-Security"].removeprefix("max-age=")) >= 365 * 24 * 3600


@pytest.mark.spec("OWASP ASVS 5.0", "3.5.1")
@pytest.mark.parametrize("origin", ["https://evil.example", f"https://sub.{_HOST}", "null"])
def test_a_form_of_another_site_changes_nothing(provider: Provider, origin: str) -> None:
    visitor = Visitor(provider)
    page = visitor.open("/account")
    visitor.origin = origin
    refused = visitor.submit(page, username=SHOPPER.email)
    assert refused.status_code == 403
    assert read_page(refused.text).texts["error-code"] == "csrf_failed"


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.1")
def test_signing_out_takes_the_cookie_and_kills_the_session(provider: Provider) -> None:
    visitor = signed_in(provider)
    held = visitor.cookies["__Host-idp_session"]
    gone = visitor.submit(visitor.open("/oauth2/logout"), decision="logout")
    assert gone.status_code == 200
    assert visitor.cookies["__Host-idp_session"].value == ""
    visitor.cookies["__Host-idp_session"] = held
    assert "id_username" in read_page(visitor.open("/account").text).texts
