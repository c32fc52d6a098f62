"""How strongly the person has to be known: what a client asks by `acr_values`, `claims` or its registration, and what is told."""

import json
from typing import Any

import pytest

from idp.oidc.models import Client
from idp.oidc.tests.authorize.test_claims_parameter import asking, sent_back, tokens_for
from idp.oidc.tests.jose.test_id_token import claims_of
from idp.tests.journey import Browser, Pkce, page_of
from idp.tests.life.people import kind_of
from idp.tests.parties import SPA, Party, obtain_tokens

pytestmark = [pytest.mark.spec("OIDC Core", "3.1.2.1"), pytest.mark.spec("OIDC Core", "5.5.1.1")]


@pytest.fixture
def wishing_client(clients: None) -> Party:
    """An application registered with `default_acr_values` of two factors."""
    Client.objects.filter(client_id=SPA.client_id).update(default_acr_values=["aal2"])
    return SPA


def acr_of(browser: Browser, **asked: str) -> str:
    """What the ID token tells after a request of somebody who is signed in with a password."""
    return str(claims_of(obtain_tokens(browser, SPA, **asked)["id_token"])["acr"])


# --- What nobody reaches ------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Unmet Authentication Requirements", "2")
@pytest.mark.parametrize("acr", [{"value": "phrh"}, {"values": ["phrh", "aal3"]}, {"value": 7}, {"values": [None, "AAL1"]}])
def test_an_essential_level_nobody_reaches_is_an_error_at_once(clients: None, acr: dict[str, Any]) -> None:
    assert sent_back(asking({"id_token": {"acr": {"essential": True, **acr}}})) == "unmet_authentication_requirements"
    # A wish for it is none.
    assert sent_back(asking({"id_token": {"acr": acr}})) == ""


@pytest.mark.parametrize("wished", ["phrh", "AAL2", "urn:x \u00e4", "x" * 8000])
def test_a_wish_that_nobody_reaches_is_forgotten(browser: Browser, wished: str) -> None:
    assert acr_of(browser, acr_values=wished) == "aal1"


# --- What can be reached ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("acr", [{"essential": True}, {"essential": True, "values": ["phr", "aal1"]}, {"value": "aal1"}, None])
def test_a_level_that_was_reached_is_told(browser: Browser, acr: dict[str, Any] | None) -> None:
    assert claims_of(tokens_for(browser, {"id_token": {"acr": acr}}, SPA)["id_token"])["acr"] == "aal1"


@pytest.mark.parametrize("wished", ["aal1", "phr aal1", "aal1 aal2 phr", "urn:x aal1"])
def test_of_several_wishes_one_is_enough(browser: Browser, wished: str) -> None:
    assert acr_of(browser, acr_values=wished) == "aal1"


@pytest.mark.spec("RFC 9470", "5")
@pytest.mark.parametrize(
    ("wished", "page"),
    [("aal2", "Protect your account"), ("phr", "Add a passkey"), ("phr aal2", "Protect your account")],
)
def test_a_wish_that_can_be_reached_is_gone_for(browser: Browser, wished: str, page: str) -> None:
    # Somebody with a password alone, a moment ago: they are shown how to reach the weakest level that will do.
    asked = browser.open(SPA.authorize_url(Pkce(), acr_values=wished))
    assert page_of(asked).texts["page-heading"] == page


@pytest.mark.spec("RFC 9470", "5")
def test_a_wish_that_was_gone_for_is_told(browser: Browser) -> None:
    browser.open(SPA.authorize_url(Pkce(), acr_values="aal2"))
    browser.set_up()
    assert acr_of(browser, acr_values="aal2") == "aal2"


def test_without_a_page_a_wish_is_content_with_what_there_is_and_the_token_says_so(browser: Browser) -> None:
    assert acr_of(browser, acr_values="aal2", prompt="none") == "aal1"
    essential = json.dumps({"id_token": {"acr": {"essential": True, "value": "aal2"}}})
    assert kind_of(browser.open(SPA.authorize_url(Pkce(), claims=essential, prompt="none"))) == "login_required"


# --- What the registration asks -----------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Dynamic Registration", "2")
def test_the_registration_asks_where_the_request_does_not(browser: Browser, wishing_client: Party) -> None:
    assert kind_of(browser.open(wishing_client.authorize_url(Pkce()))) == "login"
    assert acr_of(browser, acr_values="aal1") == "aal1"
    assert claims_of(tokens_for(browser, {"id_token": {"acr": {"value": "aal1"}}}, SPA)["id_token"])["acr"] == "aal1"


@pytest.mark.spec("OIDC Dynamic Registration", "2")
def test_the_registration_says_how_old_a_sign_in_may_be(browser: Browser, clients: None) -> None:
    Client.objects.filter(client_id=SPA.client_id).update(default_max_age=0)
    assert kind_of(browser.open(SPA.authorize_url(Pkce(), prompt="none"))) == "login_required"
    assert kind_of(browser.open(SPA.authorize_url(Pkce(), prompt="none", max_age="60"))) == "code"
