"""A request that is lost still says where it came from: the way back is the registered one, or there is none."""

import pytest
from django.core.cache import caches

from idp.oidc.models import Client
from idp.oidc.tests.authorize.test_interaction import UNKNOWN, code_of
from idp.tests.journey import Browser, Pkce, page_of
from idp.tests.pages import read_page
from idp.tests.parties import SPA, WEB

FRONT = "https://shop.example/?from=<sign-in>"


@pytest.fixture
def shop(clients: None) -> Client:
    """The storefront with a front page."""
    Client.objects.filter(client_id=SPA.client_id).update(client_uri=FRONT, name="Shop <b>")
    return Client.objects.get(client_id=SPA.client_id)


def way_on(browser: Browser, path: str) -> tuple[str, str] | None:
    """Where the page's button leads and what it says."""
    page = read_page(browser.http.get(path).content.decode())
    leading = [link for link in page.links if "://" in link]
    assert bool(leading) == ("error-action" in page.texts)
    return (leading[0], page.texts["error-action"]) if leading else None


@pytest.mark.parametrize("suffix", ["", "/consent", "/account"])
def test_a_request_lost_with_the_cache_leads_back_to_its_application(stranger: Browser, shop: Client, suffix: str) -> None:
    path = SPA.kept_request(Pkce())
    caches["ephemeral"].clear()
    assert way_on(stranger, path + suffix) == (FRONT, "Back to Shop <b>")


def test_a_request_that_was_answered_leads_back_too(browser: Browser, shop: Client) -> None:
    path = SPA.kept_request(Pkce())
    browser.open(path)
    assert code_of(browser.http.get(path)) == "interaction_expired"
    assert way_on(browser, path) == (FRONT, "Back to Shop <b>")


def test_another_browser_is_led_back_to_start_again(browser: Browser, shop: Client) -> None:
    path = WEB.kept_request(Pkce())
    browser.open(path)
    Client.objects.filter(client_id=WEB.client_id).update(client_uri="https://web.example/")
    other = Browser()
    assert code_of(other.http.get(path)) == "wrong_browser"
    assert way_on(other, path) == ("https://web.example/", f"Back to {Client.objects.get(client_id=WEB.client_id).name}")


def test_somebody_who_signed_out_is_led_back(browser: Browser, shop: Client) -> None:
    path = SPA.kept_request(Pkce(), prompt="consent")
    browser.open(path)
    browser.submit(browser.open("/oauth2/logout"), decision="logout")
    assert code_of(browser.http.get(path)) == "interaction_expired"
    assert way_on(browser, path) == (FRONT, "Back to Shop <b>")


@pytest.mark.parametrize("change", [{"enabled": False}, {"client_uri": ""}, {"handle": "zzzzzzzz"}])
def test_no_way_is_offered_to_what_is_unknown_disabled_or_has_no_front_page(
    stranger: Browser, shop: Client, change: dict[str, object]
) -> None:
    path = SPA.kept_request(Pkce())
    caches["ephemeral"].clear()
    Client.objects.filter(pk=shop.pk).update(**change)
    assert code_of(stranger.http.get(path)) == "interaction_expired"
    assert way_on(stranger, path) is None


@pytest.mark.spec("RFC 9700", "4.11.2")
def test_nothing_else_of_the_address_is_believed(stranger: Browser, shop: Client) -> None:
    query = "?client_uri=https://evil.example&client_id=demo-spa&url=https://evil.example&redirect_uri=https://evil.example"
    assert way_on(stranger, f"/interaction/{UNKNOWN}{query}") is None
    named = f"/interaction/{shop.handle}-{'A' * 43}{query}"
    assert way_on(stranger, named) == (FRONT, "Back to Shop <b>")
    assert "evil.example" not in stranger.http.get(named).content.decode()


def test_two_requests_of_one_client_have_nothing_but_its_handle_in_common(stranger: Browser, shop: Client) -> None:
    ids = {SPA.kept_request(Pkce()).rpartition("/")[2] for _ in range(5)}
    assert {uid[:9] for uid in ids} == {f"{shop.handle}-"}
    assert len({uid[9:] for uid in ids}) == 5
    assert "id_username" in page_of(stranger.open(SPA.kept_request(Pkce()))).texts
