"""The conformance suite's part: a client and a simple browser, and the checks that every module makes by the way."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.core import clock
from idp.oidc.jose.id_token import half_hash
from idp.tests.journey import PASSWORD, Answer, Browser, answer_of, page_of
from idp.tests.parties import Party, get_json, json_of

CALLBACK = "https://suite.conf.test:8443/test/a/op/callback"
FIRST = Party("conformance-basic", CALLBACK, method="client_secret_basic")
SECOND = Party("conformance-second", CALLBACK, method="client_secret_basic")
POSTING = Party("conformance-post", CALLBACK, method="client_secret_post")
PERSON = "conformance@example.com"
# RFC 6749 §4.1.2.1, RFC 9207 §2.
ERROR_MEMBERS = {"error", "error_description", "error_uri", "state", "session_state", "iss"}


@dataclass(frozen=True)
class Suite:
    """One module's run: the client it plays, how answers are to arrive, and what it sent and visited last."""

    party: Party = FIRST
    response_mode: str = ""
    browser: Browser = field(default_factory=Browser)

    def playing(self, party: Party) -> "Suite":
        """The same run as another client."""
        return replace(self, party=party)

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """An authorization request as the plans send it: no PKCE, a state of 128 characters; None leaves a parameter out."""
        usual: dict[str, str | None] = {
            "client_id": self.party.client_id,
            "redirect_uri": self.party.redirect_uri,
            "scope": "openid",
            "state": secrets.token_urlsafe(96),
            "nonce": secrets.token_urlsafe(8),
            "response_type": "code",
            "response_mode": self.response_mode or None,
            **changes,
        }
        return {name: value for name, value in usual.items() if value is not None}

    def visit(self, parameters: dict[str, str]) -> Answer:
        """Open the request; whatever page comes first is returned as it is."""
        return self.browser.open(f"/oauth2/authorize?{urlencode(parameters)}")

    def answered(self, page: Answer) -> Answer:
        """Fill in what our pages ask, by the ids of their elements, until the answer is on its way to the client."""
        for _page in range(5):
            texts = page_of(page).texts if page.status_code == 200 else {}
            if "id_username" in texts and "login-submit" in texts:
                page = self.browser.submit(page, username=PERSON)
            elif "id_password" in texts and "login-submit" in texts:
                page = self.browser.submit(page, password=PASSWORD)
            elif "consent-allow" in texts:
                page = self.browser.submit(page, decision="allow")
            else:
                return page
        raise AssertionError("the pages never end")

    def received(self, answer: Answer) -> dict[str, str]:
        """What arrived at the callback, in the asked way and in no other."""
        if self.response_mode == "form_post":
            page = page_of(answer)
            assert answer.status_code == 200
            assert page.action == self.party.redirect_uri
            assert b"/static/islands/form-post.js" in answer.content
            return page.fields
        assert answer.status_code == 303, answer.content
        assert answer["Location"].startswith(f"{self.party.redirect_uri}?")
        return answer_of(answer["Location"])

    def authorize(self, **changes: str | None) -> dict[str, str]:
        """A whole authorization, pages included; the members that arrived."""
        sent = self.parameters(**changes)
        members = self.received(self.answered(self.visit(sent)))
        return checked(members, sent)

    def silently(self, **changes: str | None) -> dict[str, str]:
        """The same with prompt=none: any page would be a failure."""
        sent = self.parameters(**{"prompt": "none", **changes})
        return checked(self.received(self.visit(sent)), sent)

    def redeem(self, code: str, **changes: str | None) -> Answer:
        """The code at the token endpoint."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.party.redirect_uri, **changes}
        return self.party.post("/oauth2/token", {name: value for name, value in form.items() if value is not None})

    def refresh(self, token: str) -> Answer:
        """A refresh token at the token endpoint."""
        return self.party.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token})

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        """Authorize and redeem: the token answer, with the verified claims of its ID token under `claims`."""
        nonce = changes.get("nonce", secrets.token_urlsafe(8))
        code = self.authorize(**{**changes, "nonce": nonce})["code"]
        return self.issued(self.redeem(code), nonce)

    def issued(self, answer: Answer, nonce: str | None) -> dict[str, Any]:
        """A token answer and its ID token, checked as every module does (OIDC Core §3.1.3.3, §3.1.3.7)."""
        assert answer.status_code == 200, answer.content
        assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
        tokens = json_of(answer)
        assert tokens["token_type"].lower() == "bearer"
        assert isinstance(tokens["expires_in"], int)
        claims = verified(tokens["id_token"])
        assert claims["aud"] == self.party.client_id
        assert claims.get("nonce") == nonce
        assert claims["at_hash"] == half_hash(tokens["access_token"], algorithm="RS256")
        return {**tokens, "claims": claims}


def checked(members: dict[str, str], sent: dict[str, str]) -> dict[str, str]:
    """State and issuer are ours, and an error holds nothing that is not named for errors."""
    assert members["iss"] == settings.IDP_ISSUER
    assert members.get("state") == sent.get("state")
    if "error" in members:
        assert set(members) <= ERROR_MEMBERS
        assert not set('"\\\r\n\t') & set(members["error_description"])
    return members


def verified(id_token: str) -> dict[str, Any]:
    """Claims of an ID token by a key of the published set, its time within five minutes."""
    keys = json_of(get_json("/oauth2/jwks"))
    assert len({key["kid"] for key in keys["keys"]}) == len(keys["keys"])
    assert not any({"d", "p", "q", "k"} & set(key) for key in keys["keys"])
    decoded = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["RS256"])  # type: ignore[arg-type]  # the same shape
    assert decoded.header["kid"]
    claims, now = dict(decoded.claims), clock.epoch(clock.now())
    assert claims["iss"] == settings.IDP_ISSUER
    assert abs(claims["iat"] - now) <= 300
    assert claims["exp"] > now
    return claims
