"""What our own pages leave in the browser of somebody who signed in, looked at their account, and signed out."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import sign_in
from idp.tests.browser.live import SHOPPER, World

_ACCOUNT = ("/account", "/account/profile", "/account/sessions", "/account/security", "/account/privacy")
# Everything a page can keep beside cookies, which have a test of their own.
_KEPT = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys(),
  (await navigator.serviceWorker.getRegistrations()).length, history.state, window.name,
])"""
_NOTHING = [{}, {}, [], [], 0, None, ""]


def walk_through_the_account(page: Page, world: World) -> Iterator[str]:
    """One page of the account after the other, for whoever just signed in."""
    page.wait_for_url(f"{world.issuer}/account")
    for path in _ACCOUNT:
        page.goto(f"{world.issuer}{path}")
        assert page.url == f"{world.issuer}{path}"
        yield path


@pytest.mark.spec("OWASP ASVS 5.0", "14.3.3")
def test_our_pages_keep_nothing_in_the_browser(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/account")
    expect(page.get_by_label("Email or phone")).to_be_visible()
    assert json.loads(page.evaluate(_KEPT)) == _NOTHING
    sign_in(page)
    for path in walk_through_the_account(page, world):
        assert json.loads(page.evaluate(_KEPT)) == _NOTHING, path


@pytest.mark.spec("OWASP ASVS 5.0", "14.3.1")
def test_back_into_the_account_after_signing_out_shows_nobody(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/account")
    sign_in(page)
    seen = [page.content() for _path in walk_through_the_account(page, world)]
    assert any(SHOPPER.profile["given_name"] in shown for shown in seen)
    page.goto(f"{world.issuer}/oauth2/logout")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

    visited = set()
    for _step in range(len(_ACCOUNT) + 2):
        page.go_back()
        page.wait_for_load_state("networkidle")
        visited.add(page.url)
        shown = page.content()
        for private in (SHOPPER.email, SHOPPER.profile["given_name"], SHOPPER.profile["name"]):
            assert private not in shown, f"{private} at {page.url}"
    # Back met pages of the account, or the sign-in that they lead to now.
    assert any(address.startswith(f"{world.issuer}/login/") for address in visited)
