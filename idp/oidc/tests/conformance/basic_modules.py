"""The modules of the plans Basic and Form Post, named as the suite names them, less its prefix `oidcc-`."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine

from idp.accounts.models import User
from idp.oidc.tests.conformance.suite import CALLBACK, POSTING, SECOND, Suite
from idp.tests.journey import Browser, Pkce, page_of
from idp.tests.parties import FORM, get_json, json_of, post_form, userinfo

PROFILE = {
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
    "gender", "birthdate", "zoneinfo", "locale", "updated_at",
}  # fmt: skip
CLAIMS = {
    "profile": PROFILE,
    "email": {"email", "email_verified"},
    "address": {"address"},
    "phone": {"phone_number", "phone_number_verified"},
}
# OIDC Core §5.1: everything else is text.
TYPES = {"email_verified": bool, "phone_number_verified": bool, "updated_at": int, "address": dict}
REQUIRED = {"iss", "sub", "aud", "exp", "iat"}
SPOKEN_OF = REQUIRED | {"nonce", "at_hash", "auth_time", "acr", "amr", "sid"}
SILENT_ERRORS = {"login_required", "interaction_required", "consent_required", "account_selection_required"}


class BasicModules:
    """Each test is a module; `response_mode` says how the plan wants to be answered."""

    response_mode = ""

    @pytest.fixture
    def suite(self) -> Suite:
        return Suite(response_mode=self.response_mode)

    # --- The flow itself -----------------------------------------------------------------------------------------------
    @pytest.mark.spec("OIDC Core", "3.1")
    def test_server(self, suite: Suite, ground: User) -> None:
        code = suite.authorize()["code"]
        # 128 bits and more: 43 characters of base64url are random.
        assert len(code) >= 43
        tokens = suite.issued(suite.redeem(suite.authorize(nonce="n")["code"]), "n")
        assert tokens["claims"]["sub"] == str(ground.pk)
        assert set(tokens["claims"]) <= SPOKEN_OF
        assert set(json_of(userinfo(tokens["access_token"]))) == {"sub"}

    @pytest.mark.spec("RFC 6749", "3.1.1")
    def test_response_type_missing(self, suite: Suite) -> None:
        sent = suite.parameters(response_type=None)
        assert suite.received(suite.visit(sent))["error"] in {"unsupported_response_type", "invalid_request"}

    @pytest.mark.spec("OIDC Core", "2")
    def test_idtoken_signature(self, suite: Suite) -> None:
        # The key set of RS256 alone verifies it, and it names its key: see `suite.verified`.
        assert suite.tokens()["claims"]["sub"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_ensure_request_without_nonce_succeeds_for_code_flow(self, suite: Suite) -> None:
        assert "nonce" not in suite.tokens(nonce=None)["claims"]

    @pytest.mark.spec("OIDC Core", "9")
    def test_server_client_secret_post(self, suite: Suite) -> None:
        assert suite.playing(POSTING).tokens()["access_token"]

    @pytest.mark.spec("RFC 7636", "4.6")
    def test_ensure_request_with_valid_pkce_succeeds(self, suite: Suite) -> None:
        pkce = Pkce()
        code = suite.authorize(code_challenge=pkce.challenge, code_challenge_method="S256", nonce="n")["code"]
        assert suite.issued(suite.redeem(code, code_verifier=pkce.verifier), "n")

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_ensure_post_request_succeeds(self, suite: Suite) -> None:
        sent = suite.parameters()
        posted = suite.browser.http.post("/oauth2/authorize", urlencode(sent), content_type=FORM)
        members = suite.received(suite.answered(suite.browser.open(posted["Location"])))
        assert members["state"] == sent["state"]
        assert suite.redeem(members["code"]).status_code == 200

    # --- UserInfo and scopes -------------------------------------------------------------------------------------------
    @pytest.mark.spec("OIDC Core", "5.3")
    def test_userinfo_get(self, suite: Suite) -> None:
        tokens = suite.tokens()
        answer = userinfo(tokens["access_token"])
        assert answer["Content-Type"] == "application/json"
        assert json_of(answer)["sub"] == tokens["claims"]["sub"]

    @pytest.mark.spec("OIDC Core", "5.3.1")
    def test_userinfo_post_header(self, suite: Suite) -> None:
        tokens = suite.tokens()
        answer = post_form("/oauth2/userinfo", {}, authorization=f"Bearer {tokens['access_token']}")
        assert json_of(answer)["sub"] == tokens["claims"]["sub"]

    @pytest.mark.spec("RFC 6750", "2.2")
    def test_userinfo_post_body(self, suite: Suite) -> None:
        tokens = suite.tokens()
        assert json_of(post_form("/oauth2/userinfo", {"access_token": tokens["access_token"]}))["sub"] == tokens["claims"]["sub"]

    def told(self, suite: Suite, scope: str) -> dict[str, Any]:
        """What UserInfo says with this scope, each claim of the type the specification gives it."""
        tokens = suite.tokens(scope=scope)
        assert set(tokens["claims"]) <= SPOKEN_OF
        claims = json_of(userinfo(tokens["access_token"]))
        for name, value in claims.items():
            assert isinstance(value, TYPES.get(name, str)), name
            assert value != "", name
        return claims

    @pytest.mark.spec("OIDC Core", "5.4")
    def test_scope_profile(self, suite: Suite) -> None:
        assert set(self.told(suite, "openid profile")) == {"sub"} | CLAIMS["profile"]

    @pytest.mark.spec("OIDC Core", "5.4")
    def test_scope_email(self, suite: Suite) -> None:
        assert set(self.told(suite, "openid email")) == {"sub"} | CLAIMS["email"]

    @pytest.mark.spec("OIDC Core", "5.4")
    def test_scope_address(self, suite: Suite) -> None:
        assert set(self.told(suite, "openid address")) == {"sub"} | CLAIMS["address"]

    @pytest.mark.spec("OIDC Core", "5.4")
    def test_scope_phone(self, suite: Suite) -> None:
        assert set(self.told(suite, "openid phone")) == {"sub"} | CLAIMS["phone"]

    @pytest.mark.spec("OIDC Core", "5.4")
    def test_scope_all(self, suite: Suite) -> None:
        claims = self.told(suite, "openid profile email address phone")
        assert set(claims) == {"sub"}.union(*CLAIMS.values())
        assert (claims["email_verified"], claims["phone_number_verified"]) == (True, True)
        assert set(claims["address"]) == {"formatted", "street_address", "locality", "region", "postal_code", "country"}

    @pytest.mark.spec("OIDC Core", "5.5")
    def test_claims_essential(self, suite: Suite) -> None:
        tokens = suite.tokens(claims=json.dumps({"userinfo": {"name": {"essential": True}}}))
        assert set(json_of(userinfo(tokens["access_token"]))) == {"sub", "name"}
        assert "name" not in tokens["claims"]

    # --- What a request may carry --------------------------------------------------------------------------------------
    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_alternate_happy_flow(self, suite: Suite) -> None:
        sent = dict(reversed(suite.parameters(scope="email openid").items()))
        members = suite.received(suite.answered(suite.visit(sent)))
        assert suite.redeem(members["code"]).status_code == 200

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_display_page(self, suite: Suite) -> None:
        assert suite.tokens(display="page")["access_token"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_display_popup(self, suite: Suite) -> None:
        assert suite.tokens(display="popup")["access_token"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_ensure_request_with_unknown_parameter_succeeds(self, suite: Suite) -> None:
        assert suite.tokens(extra="foobar")["access_token"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_ui_locales(self, suite: Suite) -> None:
        assert suite.tokens(ui_locales="se")["access_token"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_claims_locales(self, suite: Suite) -> None:
        assert suite.tokens(claims_locales="se")["access_token"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_login_hint(self, suite: Suite) -> None:
        # Nobody of that name exists; the field is filled with it, and the person writes their own.
        page = suite.visit(suite.parameters(login_hint="buffy@localhost"))
        assert page_of(page).fields["username"] == "buffy@localhost"
        assert suite.tokens(login_hint="buffy@localhost")["access_token"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_ensure_request_with_acr_values_succeeds(self, suite: Suite) -> None:
        supported = json_of(get_json("/.well-known/openid-configuration"))["acr_values_supported"]
        assert suite.tokens(acr_values=" ".join(supported))["claims"]["acr"] in supported

    @pytest.mark.spec("OIDC Core", "6.2")
    def test_request_uri_unsigned(self, suite: Suite) -> None:
        sent = suite.parameters(request_uri="https://suite.conf.test:8443/test/a/op/requesturi.jwt#x")
        assert suite.received(suite.visit(sent))["error"] == "request_uri_not_supported"

    @pytest.mark.spec("OIDC Core", "6.1")
    def test_unsigned_request_object(self, suite: Suite) -> None:
        sent = suite.parameters(request="eyJhbGciOiJub25lIn0.e30.")
        assert suite.received(suite.visit(sent))["error"] == "request_not_supported"

    @pytest.mark.spec("RFC 6749", "4.1.2.1")
    def test_ensure_registered_redirect_uri(self, suite: Suite) -> None:
        page = suite.visit(suite.parameters(redirect_uri=f"{CALLBACK}/extra"))
        assert page.status_code == 400
        assert "Location" not in page
        assert page_of(page).texts["error-code"] == "invalid_redirect_uri"
        assert page_of(page).action == ""

    @pytest.mark.spec("OIDC Core", "6.1")
    def test_ensure_request_object_with_redirect_uri(self, suite: Suite) -> None:
        sent = suite.parameters(redirect_uri=f"{CALLBACK}/extra", request="eyJhbGciOiJub25lIn0.e30.")
        assert page_of(suite.visit(sent)).texts["error-code"] == "invalid_redirect_uri"

    # --- Sessions, prompts and age -------------------------------------------------------------------------------------
    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_prompt_login(self, suite: Suite) -> None:
        with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
            first = suite.tokens()["claims"]
            clock.shift(2)
            assert "id_username" in page_of(suite.visit(suite.parameters(prompt="login"))).texts
            second = suite.tokens(prompt="login")["claims"]
        assert second["sub"] == first["sub"]
        assert second["auth_time"] > first["auth_time"]

    @pytest.mark.spec("OIDC Core", "3.1.2.6")
    def test_prompt_none_not_logged_in(self, suite: Suite) -> None:
        assert suite.silently()["error"] in SILENT_ERRORS

    @pytest.mark.spec("OIDC Core", "3.1.2.6")
    def test_prompt_none_logged_in(self, suite: Suite) -> None:
        first = suite.tokens()["claims"]
        second = suite.issued(suite.redeem(suite.silently(nonce="n")["code"]), "n")["claims"]
        assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_max_age_1(self, suite: Suite) -> None:
        with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
            first = suite.tokens()["claims"]
            clock.shift(2)
            assert "id_username" in page_of(suite.visit(suite.parameters(max_age="1"))).texts
            second = suite.tokens(max_age="1")["claims"]
        assert second["auth_time"] > first["auth_time"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_max_age_10000(self, suite: Suite) -> None:
        with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
            first = suite.tokens(max_age="10000")["claims"]
            clock.shift(2)
            answer = suite.redeem(suite.silently(max_age="10000", nonce="n")["code"])
            second = suite.issued(answer, "n")["claims"]
        assert second["auth_time"] == first["auth_time"]

    @pytest.mark.spec("OIDC Core", "3.1.2.1")
    def test_id_token_hint(self, suite: Suite) -> None:
        first = suite.tokens()
        code = suite.silently(id_token_hint=first["id_token"], nonce="n")["code"]
        assert suite.issued(suite.redeem(code), "n")["claims"]["sub"] == first["claims"]["sub"]

    # --- Codes and refresh tokens ---------------------------------------------------------------------------------------
    def used_twice(self, suite: Suite, *, seconds: int) -> None:
        """The second use is refused, and what the first one got is dead."""
        with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
            code = suite.authorize()["code"]
            token = json_of(suite.redeem(code))["access_token"]
            clock.shift(seconds)
            again = suite.redeem(code)
            assert (again.status_code, json_of(again)["error"]) == (400, "invalid_grant")
            assert userinfo(token).status_code == 401

    @pytest.mark.spec("RFC 6749", "4.1.2")
    def test_codereuse(self, suite: Suite) -> None:
        self.used_twice(suite, seconds=0)

    @pytest.mark.spec("RFC 6749", "4.1.2")
    def test_codereuse_30seconds(self, suite: Suite) -> None:
        self.used_twice(suite, seconds=30)

    @pytest.mark.spec("OIDC Core", "12")
    def test_refresh_token(self, suite: Suite) -> None:
        with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
            first = suite.tokens(scope="openid offline_access", prompt="consent")
            clock.shift(2)
            second = suite.issued(suite.refresh(first["refresh_token"]), None)
        for name in ("iss", "sub", "aud", "auth_time"):
            assert second["claims"][name] == first["claims"][name]
        assert second["claims"]["iat"] > first["claims"]["iat"]
        # What the first client was given is of no use to the second.
        stolen = suite.playing(SECOND).refresh(first["refresh_token"])
        assert (stolen.status_code, json_of(stolen)["error"]) == (400, "invalid_grant")
        assert "refresh_token" in json_of(get_json("/.well-known/openid-configuration"))["grant_types_supported"]

    @pytest.mark.spec("OIDC Core", "3.1.2.4")
    def test_a_fresh_cookie_jar_meets_the_consent_again_and_no_session(self, suite: Suite) -> None:
        suite.tokens()
        elsewhere = Suite(response_mode=self.response_mode, browser=Browser())
        login = elsewhere.visit(elsewhere.parameters())
        assert "id_username" in page_of(login).texts
        elsewhere.received(elsewhere.answered(login))
        assert not any(address.endswith("/consent") for address, _status in elsewhere.browser.visited)
