"""Somebody new: from the shop to an account with a proven address and back, on both pages that makes it, without scripts too."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.inbox import forget_messages, read_code, read_message
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


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def expect_refused(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("not right, or no longer valid")


def test_somebody_new_gets_an_account_and_into_the_shop(page: Page, world: World, new_visit: NewVisit) -> None:
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
    code = read_code(page, world)
    give_code(page, f"{(int(code) + 1) % 10**6:06d}")
    expect_refused(page)
    look_at(page, "verify-address-refused")
    give_code(page, code)
    expect_greeting(page)
    # Replayed, by whoever read it too.
    thief = new_visit().page()
    leave_for_sign_in(thief, world)
    thief.get_by_role("link", name="Create an account").click()
    fill_sign_up(thief, "ngozi@example.com")
    give_code(thief, code)
    expect_refused(thief)


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.2")
def test_a_phone_number_is_enough(page: Page, world: World, app: MobileApp) -> None:
    forget_messages(world)
    page.goto(app.authorize_url(prompt="create"))
    fill_sign_up(page, "0803 111 2233")
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    code = read_code(page, world, "To +2348031112233")
    give_code(page, f"{(int(code) + 1) % 10**6:06d}")
    expect_refused(page)
    # Too old; the next one is not.
    world.change_rows("UPDATE mfa_one_time_code_onetimecode SET expires_at = '2020-01-01', created_at = '2020-01-01'")
    give_code(page, code)
    expect_refused(page)
    forget_messages(world)
    page.get_by_role("button", name="Send a new code").click()
    give_code(page, read_code(page, world, "To +2348031112233"))
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()


@pytest.mark.spec("OWASP ASVS 5.0", "6.2.4")
def test_a_password_is_judged_while_it_is_typed(page: Page, app: MobileApp) -> None:
    page.goto(app.authorize_url(prompt="create"))
    field, told = page.get_by_label("New password", exact=True), page.locator(".field__strength")
    field.press_sequentially("password1")
    expect(told).to_contain_text("Many people use this password")
    assert told.get_attribute("data-acceptable") == "false"
    # 128 characters of any script.
    field.fill("ẹ̀kọ́ ilé ni 密码 🦒 " * 8)
    expect(told).to_have_text("This password is strong.")


def test_a_taken_address_looks_the_same_and_gets_no_code(page: Page, world: World, app: MobileApp) -> None:
    page.goto(app.authorize_url(prompt="create"))
    fill_sign_up(page, SHOPPER.email)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    read_message(page, world, f"To {SHOPPER.email}", "already have a Fashionistar account")
    give_code(page, "000000")
    expect_refused(page)


@pytest.mark.parametrize("address", ["no-script@example.com"])
def test_no_script_is_needed(new_visit: NewVisit, world: World, app: MobileApp, address: str) -> None:
    page = new_visit(java_script_enabled=False).page()
    page.goto(app.authorize_url(prompt="create"))
    fill_sign_up(page, address)
    page.get_by_label("Code").fill(read_code(page, world))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
