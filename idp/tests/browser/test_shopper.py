"""The main journey: a shopper signs in at the storefront, the backend learns who it is by introspection, signing out ends it."""

import json

import httpx
import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import (
    call_the_backend,
    expect_greeting,
    leave_for_sign_in,
    shown_claims,
    sign_in_at_shop,
    sign_out_at_shop,
)
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.visit import Visit

_HOW_MANY_STEPS_BACK = 6


def bearer_of(visit: Visit) -> str:
    """The token the shop sent to its backend last."""
    sent = [request for request in visit.asked("/api/me") if request.method == "GET"]
    return sent[-1].headers["authorization"]


def ask_backend(world: World, bearer: str) -> httpx.Response:
    """The backend's answer to somebody who kept a token."""
    return httpx.get(f"{world.api}/api/me", headers={"Authorization": bearer}, trust_env=False)


def test_signing_in_shows_what_shop_and_backend_learnt(page: Page, visit: Visit, world: World) -> None:
    leave_for_sign_in(page, world)
    expect(page.get_by_text("to continue to Fashionistar demo shop")).to_be_visible()
    sign_in_at_shop(page, world)

    told = shown_claims(page, "#id-token-claims")
    assert (told["iss"], told["aud"], told["acr"], told["amr"]) == (world.issuer, "demo-spa", "aal1", "pwd")
    seen = call_the_backend(page)
    assert (seen["active"], seen["client_id"], seen["email"]) == ("true", "demo-spa", SHOPPER.email)
    assert (seen["role"], seen["acr"], seen["iss"]) == ("client", "aal1", world.issuer)
    assert seen["aud"].split(", ") == [world.api, world.issuer]
    assert seen["sub"] == told["sub"]
    assert shown_claims(page, "#backend-user")["sub"] == told["sub"]

    page.get_by_role("button", name="Load my orders").click()
    expect(page.locator("#order-list li").first).to_contain_text("No. ")
    # The address bar, and so the history and every link, holds neither code nor state.
    assert page.url == f"{world.shop}/"


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_signing_out_ends_the_token_and_the_session(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    call_the_backend(page)
    other_tab = visit.page()
    sign_in_by_the_session(other_tab, world)
    bearer = bearer_of(visit)
    assert ask_backend(world, bearer).status_code == 200

    sign_out_at_shop(page)
    expect(page.get_by_role("button", name="Sign in with Fashionistar")).to_be_visible()
    expect(page.locator("#backstage")).to_be_hidden()
    refused = ask_backend(world, bearer)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert refused.json()["message"]

    # The other tab asks the provider again with prompt=none, which now says login_required (OIDC Core §3.1.2.6).
    other_tab.reload()
    expect(other_tab.locator("#failure-sentence")).to_have_text("Your Fashionistar session has ended. Sign in again to go on.")
    expect(other_tab.locator("#failure-code")).to_have_text("login_required")
    # And a new sign-in asks for the password again.
    leave_for_sign_in(page, world)


def sign_in_by_the_session(page: Page, world: World) -> None:
    """A second tab of the shop: the provider knows the person, and asks nothing."""
    page.goto(world.shop)
    page.get_by_role("button", name="Sign in with Fashionistar").click()
    expect_greeting(page)


def test_a_token_that_was_ended_elsewhere_is_told_in_a_sentence(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    other_tab = visit.page()
    sign_in_by_the_session(other_tab, world)
    sign_out_at_shop(other_tab)

    page.get_by_role("button", name="Call the backend").click()
    expect(page.locator("#failure-sentence")).to_have_text("Your sign-in has expired or was ended. Sign in again to go on.")
    expect(page.locator("#backstage")).to_be_hidden()
    page.locator("#failure-next").click()
    expect(page.get_by_label("Email or phone")).to_be_visible()


def test_a_reloaded_page_is_still_signed_in_without_a_question(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    page.reload()
    expect_greeting(page)
    silent = [request for request in visit.asked("/oauth2/authorize") if "prompt=none" in request.url]
    assert len(silent) == 1


def test_back_after_signing_out_shows_nothing_private(page: Page, world: World) -> None:
    sign_in_at_shop(page, world)
    call_the_backend(page)
    sign_out_at_shop(page)

    visited = []
    for _step in range(_HOW_MANY_STEPS_BACK):
        page.go_back()
        page.wait_for_load_state("networkidle")
        visited.append(page.url)
        shown = page.content()
        for private in (SHOPPER.email, SHOPPER.password, SHOPPER.profile["given_name"], "Good to see you"):
            assert private not in shown, f"{private} at {page.url}"
    # Back through the shop as it was and through our sign-in pages (used, they lead on to their finished request), to where
    # the tab began.
    assert f"{world.shop}/" in visited
    assert any(address.startswith((f"{world.issuer}/login/", f"{world.issuer}/interaction/")) for address in visited)
    assert visited[-1] == "about:blank"


def test_the_shop_keeps_no_token_where_other_scripts_could_find_it(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    call_the_backend(page)
    kept = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert json.loads(kept) == [{}, {"fashionistar-auth.was-signed-in": "1"}, ""]
    assert page.evaluate("() => indexedDB.databases()") == []
    assert bearer_of(visit).startswith("Bearer fst_at_")
