"""Somebody new: from the shop to an account with a proven address and back, on both pages that makes it, without scripts too."""

import re

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.looks import look_at
from idp.tests.browser.mobile_app import MobileApp

_PASSWORD = "seventeen copper kettles sing"


def fill_sign_up(page: Page, address: str, *, password: str = _PASSWORD, button: str = "Continue") -> None:
    """Fill in the form and press a button."""
    page.get_by_label("Email or phone").fill(address)
    page.get_by_label("First name").fill("Ngozi")
    page.get_by_label("Last name").fill("Eze")
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_role("button", name=button).click()


def _inbox(page: Page, world: World) -> str:
    """The words of the newest mail, read in the demo's inbox by another tab."""
    tab = page.context.new_page()
    tab.goto(f"{world.issuer}/inbox")
    words = tab.inner_text("main")
    tab.close()
    return words


def sent_code(page: Page, world: World) -> str:
    """The code in the newest mail."""
    found = re.search(r"\b([0-9]{6})\b", _inbox(page, world))
    assert found, "no code in the inbox"
    return found[1]


def test_somebody_new_gets_an_account_and_into_the_shop(page: Page, world: World) -> None:
    leave_for_sign_in(page, world)
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey instead of a password")).to_be_visible()
    look_at(page, "sign-up")
    fill_sign_up(page, "ngozi@example.com", password="password")
    expect(page.locator("#id_password-error")).to_be_visible()
    look_at(page, "sign-up-refused")
    fill_sign_up(page, "ngozi@example.com")
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    look_at(page, "verify-address")
    code = sent_code(page, world)
    page.get_by_label("Code").fill(f"{(int(code) + 1) % 10**6:06d}")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("not right, or no longer valid")
    look_at(page, "verify-address-refused")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect_greeting(page)


def test_a_taken_address_looks_the_same_and_gets_no_code(page: Page, world: World, app: MobileApp) -> None:
    page.goto(app.authorize_url(prompt="create"))
    fill_sign_up(page, SHOPPER.email)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    assert "already have a Fashionistar account" in _inbox(page, world)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("not right, or no longer valid")


@pytest.mark.parametrize("address", ["no-script@example.com"])
def test_no_script_is_needed(new_visit: NewVisit, world: World, app: MobileApp, address: str) -> None:
    page = new_visit(java_script_enabled=False).page()
    page.goto(app.authorize_url(prompt="create"))
    fill_sign_up(page, address)
    page.get_by_label("Code").fill(sent_code(page, world))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
