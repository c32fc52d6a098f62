"""One browser of one person: a context of Chromium that remembers every request and every complaint.

`complaints` is asked at the end of every test: what no page of ours may ever do, whatever the journey.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from idp.tests.browser.live import SHOPPER, World

# A refusal is told by status as well as by a sentence; the browser notes 4xx, a server that is gone, no network.
_GONE = r"net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED)"
_EXPECTED = re.compile(rf"^Failed to load resource: (the server responded with a status of [45]\d\d|{_GONE})")
_PASSWORD_PAGE = re.compile(r"^/login/[\w-]+/password$")
_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.effectiveDirective} ${event.blockedURI}`));
"""
# This Chromium says that it makes passkeys by itself after a password, and then never decides: each sign-in would wait for that.
# The journeys of such a browser bring a stand-in that does.
_DECIDES = """
if (globalThis.PublicKeyCredential?.getClientCapabilities) {
  const all = PublicKeyCredential.getClientCapabilities.bind(PublicKeyCredential);
  PublicKeyCredential.getClientCapabilities = async () => ({ ...(await all()), conditionalCreate: false });
}
"""


class Visit:
    """A browser context, and what happened in it."""

    def __init__(self, context: BrowserContext, world: World) -> None:
        """Begin to watch; do so before any page is opened."""
        self.context, self.world = context, world
        self.requests: list[Request] = []
        self.console: list[tuple[str, str]] = []
        self.script_errors: list[str] = []
        self.apps: set[str] = set()
        context.set_default_timeout(20_000)
        context.add_init_script(_REPORT_VIOLATIONS)
        context.add_init_script(_DECIDES)
        context.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - it is given an attribute
        context.on("console", self._note)
        context.on("weberror", lambda error: self.script_errors.append(str(error.error)))

    def page(self) -> Page:
        """A new tab."""
        return self.context.new_page()

    def expect_app(self, origin: str) -> None:
        """The origin of a native app's listener, which this browser may be sent to."""
        self.apps.add(origin)

    def asked(self, path: str) -> list[Request]:
        """Requests whose path is this one, in order."""
        return [request for request in self.requests if urlsplit(request.url).path == path]

    def complaints(self) -> list[str]:
        """Everything that no page may do; empty when all is well."""
        return [*self._script_trouble(), *self._strangers(), *self._leaks()]

    def _script_trouble(self) -> Iterator[str]:
        yield from (f"script error: {text}" for text in self.script_errors)
        for kind, text in self.console:
            if kind == "error" and not _EXPECTED.match(text):
                yield f"console error: {text}"
            if re.search(r"fst_|eyJ", text):
                yield f"a token in the console: {text[:80]}"

    def _strangers(self) -> Iterator[str]:
        """Requests to a server that is not part of this journey; nobody else learns who signs in."""
        ours = {*self.world.origins, *self.apps}
        for request in self.requests:
            parts = urlsplit(request.url)
            if f"{parts.scheme}://{parts.netloc}" not in ours:
                yield f"third party: {request.url}"

    def _leaks(self) -> Iterator[str]:
        """The password anywhere but in the one form that asks for it; a token or an address of a person in a URL."""
        for request in self.requests:
            parts = urlsplit(request.url)
            for name, secret in (("password", SHOPPER.password), ("e-mail", SHOPPER.email), ("access token", "fst_at_")):
                if secret in request.url or secret.replace("@", "%40") in request.url:
                    yield f"{name} in the address {parts.path}"
            at_password_page = request.url.startswith(self.world.issuer) and _PASSWORD_PAGE.match(parts.path)
            if SHOPPER.password in (request.post_data or "") and not (at_password_page and request.method == "POST"):
                yield f"password sent to {request.method} {request.url}"

    def _note(self, message: ConsoleMessage) -> None:
        self.console.append((message.type, message.text))
