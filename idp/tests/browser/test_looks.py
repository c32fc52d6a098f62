"""Every page a person meets, on a phone and on a desk, light and dark: see `looks.py`."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from idp.oidc.tokens.format import client_handle
from idp.tests.browser.actions import (
    call_the_backend,
    leave_for_sign_in,
    name_yourself,
    sign_in,
    sign_in_at_shop,
    sign_out_at_shop,
)
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.mobile_app import FAREWELL, MobileApp


def test_pages_of_a_sign_in(page: Page, world: World, app: MobileApp) -> None:
    page.goto(world.issuer)
    look_at(page, "home")
    page.goto(app.authorize_url())
    expect(page.get_by_label("Email or phone")).to_be_visible()
    look_at(page, "identifier")
    name_yourself(page, "ada at example")
    expect(page.locator("#id_username-error")).to_be_visible()
    look_at(page, "identifier-refused")
    name_yourself(page)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    look_at(page, "password")
    sign_in_again = page.get_by_label("Password", exact=True)
    sign_in_again.fill("not-the-password")
    page.get_by_role("button", name="Show password").click()
    expect(sign_in_again).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "password-refused")


def test_the_consent_page(page: Page, world: World, app: MobileApp) -> None:
    # Everything the app may ask for: the longest this page can be.
    page.goto(app.authorize_url(scope="openid profile email phone roles offline_access catalog cart orders wallet payments kyc"))
    sign_in(page)
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
    look_at(page, "consent")


def test_the_choice_of_an_account(page: Page, world: World, app: MobileApp) -> None:
    sign_in_at_shop(page, world)
    page.goto(app.authorize_url(prompt="select_account"))
    expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    look_at(page, "select-account")


def test_the_answer_on_its_way_where_no_script_runs(new_visit: NewVisit, app: MobileApp) -> None:
    visit = new_visit(java_script_enabled=False)
    visit.expect_app(app.origin)
    page = visit.page()
    page.goto(app.authorize_url(response_mode="form_post", prompt="none"))
    look_at(page, "form-post")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    assert app.arrival().posted["error"] == "login_required"


def test_pages_of_signing_out(page: Page, world: World) -> None:
    sign_in_at_shop(page, world)
    page.goto(f"{world.issuer}/oauth2/logout")
    expect(page.locator("#logout-confirm")).to_be_visible()
    look_at(page, "logout-confirm")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    look_at(page, "signed-out")


# A well-formed id that was never given out, as one that has expired is no longer known.
_GONE = "A" * 43
_REFUSED: dict[str, Callable[[World, MobileApp], str]] = {
    "unknown_client": lambda _world, app: app.authorize_url(client_id="nobody"),
    "invalid_redirect_uri": lambda _world, app: app.authorize_url(redirect_uri="https://attacker.example/"),
    "login_expired": lambda world, _app: f"{world.issuer}/login/{_GONE}/identifier",
    "interaction_expired": lambda world, _app: f"{world.issuer}/interaction/{client_handle('demo-spa')}-{_GONE}",
    "not_found": lambda world, _app: f"{world.issuer}/no-such-page",
}


@pytest.mark.parametrize("code", _REFUSED)
def test_error_pages(page: Page, world: World, app: MobileApp, code: str) -> None:
    page.goto(_REFUSED[code](world, app))
    expect(page.locator("#error-code")).to_have_text(code)
    look_at(page, f"error-{code}")


def test_pages_of_the_shop(page: Page, world: World) -> None:
    page.goto(world.shop)
    expect(page.get_by_role("button", name="Sign in with Fashionistar")).to_be_visible()
    look_at(page, "shop")
    sign_in_at_shop(page, world)
    call_the_backend(page)
    page.get_by_role("button", name="Load my orders").click()
    expect(page.locator("#order-list")).to_be_visible()
    look_at(page, "shop-signed-in")
    sign_out_at_shop(page)
    look_at(page, "shop-signed-out")
    page.goto(f"{world.shop}/callback?error=access_denied&state=gone")
    expect(page.locator("#failure-sentence")).to_be_visible()
    look_at(page, "shop-failure")


def test_the_page_of_the_backend(page: Page, world: World) -> None:
    page.goto(world.api)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_at(page, "backend")


def test_a_long_name_breaks_no_page(world: World, new_visit: NewVisit) -> None:
    page = new_visit().page()
    leave_for_sign_in(page, world)
    name_yourself(page, f"{'averylongname' * 4}@{'subdomain.' * 12}example.com")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    look_at(page, "password-long-name")
