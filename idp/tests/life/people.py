"""How the acts are done over HTTP: browsers with pages, clients at the token endpoint. Nothing here knows what to expect."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches

from idp.tests.journey import PASSWORD, Answer, Browser, Pkce, answer_of, page_of
from idp.tests.life.model import Outcome, Session
from idp.tests.parties import BACKEND, SPA, Party, introspect, userinfo

Anything = TypeVar("Anything")
# How the token endpoint says no.
REFUSALS = {
    Outcome.UNKNOWN_CLIENT: (401, "invalid_client"),
    Outcome.REFUSED: (400, "invalid_grant"),
    Outcome.KILLED: (400, "invalid_grant"),
    Outcome.SCOPE: (400, "invalid_scope"),
}


def newest(things: Sequence[Anything], which: int) -> Anything:
    """One of these, counted back from the newest."""
    return things[-1 - which % len(things)]


@dataclass(eq=False)
class Window:
    """One browser, the session it holds, and its cookies of earlier moments, as a thief might have copied them."""

    browser: Browser = field(default_factory=Browser)
    session: Session | None = None
    earlier: list[SimpleCookie] = field(default_factory=list)

    def cookies(self) -> list[SimpleCookie]:
        """A copy of the jar, if it holds a session."""
        jar = self.browser.http.cookies
        return [SimpleCookie(jar.output(header="", sep=";"))] if jar.get(settings.SESSION_COOKIE_NAME) else []


def sane(answer: Answer) -> Answer:
    """The answer, which is never a fault (I4)."""
    assert answer.status_code < 500, answer.content.decode()
    return answer


def ask(browser: Browser, party: Party, pkce: Pkce, *, scope: str, prompt: str | None = None) -> Answer:
    """An authorization request up to the first page or the first redirect that leaves the provider."""
    return sane(browser.open(party.authorize_url(pkce, scope=scope, prompt=prompt)))


def sign_in_with(browser: Browser, pkce: Pkce, *, email: str, password: str = PASSWORD) -> Answer:
    """Sign in for the shop, whoever is signed in already; the answer to the password."""
    page = ask(browser, SPA, pkce, scope=SPA.scope, prompt="login")
    return sane(browser.sign_in(page, username=email, password=password))


def kind_of(answer: Answer) -> str:
    """Where a request for authorization ended: code, an error's name, or the page that is shown."""
    if answer.status_code == 303:
        given = answer_of(answer["Location"])
        return "code" if "code" in given else given["error"]
    texts = page_of(answer).texts
    for identifier, kind in (
        ("consent-allow", "consent"),
        ("error-code", texts.get("error-code", "")),
        ("login-submit", "login"),
    ):
        if identifier in texts:
            return kind
    return "unknown"


def token_request(party: Party, **form: str) -> Answer:
    """What the token endpoint says."""
    return sane(party.post("/oauth2/token", form))


def is_alive(token: str, *, expected: bool) -> str:
    """The sid of a token that opens something, else "". One that should be dead is tried at UserInfo too."""
    told = introspect(BACKEND, token)
    assert told["active"] or told == {"active": False}
    if not expected:
        assert userinfo(token).status_code == 401
    return str(told.get("sid", ""))


def forget_all_caches() -> None:
    """Every cache forgets everything."""
    for cache in caches.all():
        cache.clear()
