"""The relying parties that tests play: each knows its own registration and speaks to the provider as a real client would."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.test import Client as HttpClient

from idp.tests.journey import Answer, Browser, Pkce, answer_of, authorize_url, basic, page_of

FORM = "application/x-www-form-urlencoded"
# 48 characters, another one for each client.
SECRETS = {name: (name + "-0123456789" * 5)[:48] for name in (
    "fashionistar-backend", "fashionistar-web-bff", "demo-api",
    "third-web", "second-web", "post-web", "native-app", "resource-server", "disabled-web", "no-pkce",
    "conformance-basic", "conformance-second", "conformance-post", "conformance-logout", "conformance-backchannel",
)}  # fmt: skip


@dataclass(frozen=True)
class Party:
    """One client: what it sends when it asks, and how it proves itself."""

    client_id: str
    redirect_uri: str
    scope: str = "openid email orders"
    method: str = "none"

    @property
    def secret(self) -> str:
        """Its secret, "" when it has none."""
        return "" if self.method == "none" else SECRETS[self.client_id]

    def at(self, redirect_uri: str) -> "Party":
        """The same client using another of its addresses."""
        return replace(self, redirect_uri=redirect_uri)

    def authorize_url(self, pkce: Pkce, **overrides: str | None) -> str:
        """Its authorization request."""
        own = {"client_id": self.client_id, "redirect_uri": self.redirect_uri, "scope": self.scope}
        return authorize_url(pkce, **{**own, **overrides})

    def kept_request(self, pkce: Pkce, **overrides: str | None) -> str:
        """The address of a request that is kept, not yet opened: sent from where nobody is signed in."""
        answer = HttpClient().get(self.authorize_url(pkce, **overrides))
        assert answer.status_code == 303
        return str(answer["Location"])

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Answer:
        """Send a form to an endpoint, authenticated as registered."""
        return post_form(path, {**self.credentials, **form}, **{**self.headers, **headers})

    def exchange(self, code: str, pkce: Pkce, **overrides: str | None) -> Answer:
        """Redeem a code; None leaves a parameter out."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": pkce.verifier,
            **overrides,
        }
        return self.post("/oauth2/token", {name: value for name, value in form.items() if value is not None})

    @property
    def headers(self) -> dict[str, str]:
        """What a client_secret_basic client sends beside the form."""
        if self.method != "client_secret_basic":
            return {}
        return basic(quote_plus(self.client_id), quote_plus(self.secret))

    @property
    def credentials(self) -> dict[str, str]:
        """What the other methods put into the form."""
        if self.method == "client_secret_basic":
            return {}
        return {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {})}


def post_form(path: str, form: dict[str, Any], **headers: str) -> Answer:
    """A program's POST: no cookies, a urlencoded body."""
    http = HttpClient(enforce_csrf_checks=True, headers={"accept": "application/json", **headers})
    return http.post(path, urlencode(form, doseq=True), content_type=FORM)


def get_json(path: str, **headers: str) -> Answer:
    """A program's GET."""
    return HttpClient(headers={"accept": "application/json", **headers}).get(path)


SPA = Party("demo-spa", "http://localhost:5173/callback")
OTHER_SPA = Party("other-spa", "https://other-spa.example/callback")
WEB = Party("third-web", "https://third.example/cb", method="client_secret_basic")
SECOND_WEB = Party("second-web", "https://second.example/cb", method="client_secret_basic")
POST_WEB = Party("post-web", "https://post.example/cb", method="client_secret_post")
PS256_APP = Party("ps256-app", "https://ps256.example/cb")
EDDSA_APP = Party("eddsa-app", "https://eddsa.example/cb")
NATIVE = Party("native-app", "https://app.example/cb")
MOBILE = Party("fashionistar-mobile", "https://app.fashionistar.net/mobile/callback")
NO_PKCE = Party("no-pkce", "https://suite.example/cb", method="client_secret_basic")
DESK = Party("staff-desk", "https://desk.example/cb", scope="openid admin")
DISABLED = Party("disabled-web", "https://disabled.example/cb", method="client_secret_basic")
DEMO_API = Party("demo-api", "", method="client_secret_basic")
BACKEND = Party("fashionistar-backend", "", method="client_secret_basic")
RESOURCE_SERVER = Party("resource-server", "", method="client_secret_basic")


def obtain_code(browser: Browser, party: Party, pkce: Pkce, **overrides: str | None) -> str:
    """A code for whoever is signed in in `browser`; a consent page is answered with "Allow"."""
    answer = browser.open(party.authorize_url(pkce, **overrides))
    if answer.status_code == 200 and "consent-allow" in page_of(answer).texts:
        answer = browser.submit(answer, decision="allow")
    assert answer.status_code == 303, answer.content.decode()
    return answer_of(answer["Location"])["code"]


def obtain_tokens(browser: Browser, party: Party, **overrides: str | None) -> dict[str, Any]:
    """The token endpoint's answer for whoever is signed in in `browser`."""
    pkce = Pkce()
    answer = party.exchange(obtain_code(browser, party, pkce, **overrides), pkce)
    assert answer.status_code == 200, answer.content
    return json_of(answer)


def introspect(caller: Party, token: str) -> dict[str, Any]:
    """What the introspection endpoint tells this caller."""
    answer = caller.post("/oauth2/introspect", {"token": token})
    assert answer.status_code == 200, answer.content
    return json_of(answer)


def userinfo(token: str) -> Answer:
    """UserInfo with the token where it belongs."""
    return get_json("/oauth2/userinfo", authorization=f"Bearer {token}")


def json_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer."""
    body: dict[str, Any] = answer.json()
    return body
