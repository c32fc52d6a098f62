"""A remembered device as clients see it: an ordinary sign-in goes without the factor and says so; who wants more gets more."""

import json

import pytest

from idp.accounts.models import User
from idp.authenticators.tests.conftest import code_of, unspent, with_app
from idp.conftest import PASSWORD
from idp.oidc.tests.jose.test_id_token import claims_of
from idp.tests.journey import Answer, Browser, Pkce
from idp.tests.life.people import kind_of
from idp.tests.parties import SPA, obtain_tokens

pytestmark = pytest.mark.spec("OIDC Core", "3.1.2.1")


@pytest.fixture
def known(stranger: Browser, shopper: User) -> Browser:
    """The shopper's browser: remembered, and signed in there by password alone."""
    app = with_app(shopper)
    page = _password(stranger, stranger.open(SPA.authorize_url(Pkce())))
    assert stranger.address.endswith("/authenticator-app")
    assert kind_of(stranger.submit(page, code=code_of(unspent(app)), remember="1")) == "code"
    stranger.http.cookies.pop("idp_session")
    assert kind_of(_password(stranger, stranger.open(SPA.authorize_url(Pkce())))) == "code"
    return stranger


def _password(browser: Browser, page: Answer) -> Answer:
    return browser.submit(browser.submit(page, username="ada@example.com"), password=PASSWORD)


def test_the_tokens_tell_what_really_happened(known: Browser) -> None:
    claims = claims_of(obtain_tokens(known, SPA)["id_token"])
    assert (claims["acr"], claims["amr"]) == ("aal1", ["pwd"])


@pytest.mark.parametrize("asked", [{"acr_values": "aal2"}, {"prompt": "login"}, {"max_age": "0"}])
@pytest.mark.spec("RFC 9470", "5")
def test_a_client_that_wants_a_stronger_or_a_new_proof_gets_all_of_it(known: Browser, asked: dict[str, str]) -> None:
    page = known.open(SPA.authorize_url(Pkce(), **asked))
    assert kind_of(page) == "login"
    _password(known, page)
    assert known.address.endswith("/authenticator-app")


def test_without_a_page_the_level_is_told_to_be_missing(known: Browser) -> None:
    essential = json.dumps({"id_token": {"acr": {"essential": True, "value": "aal2"}}})
    assert kind_of(known.open(SPA.authorize_url(Pkce(), claims=essential, prompt="none"))) == "login_required"
