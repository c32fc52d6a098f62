"""An account without a password, in a real browser: made by passkey alone, broken off, by keyboard alone, and used again."""

import re

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in, sign_out_at_shop
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.inbox import read_code
from idp.tests.browser.keys import Keys
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.test_sign_up import fill_sign_up

pytestmark = pytest.mark.spec("WebAuthn L3", "7.1")

_BUTTON = "Use a passkey instead of a password"


def at_passkey(page: Page, world: World, address: str) -> Keys:
    """From the shop to the page that makes the passkey; a phone is at hand that waits to be touched."""
    keys = Keys(page)
    keys.plug_in()
    leave_for_sign_in(page, world)
    page.get_by_role("link", name="Create an account").click()
    fill_sign_up(page, address, password="", button=_BUTTON)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    page.get_by_label("Code").fill(read_code(page, world))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Make your passkey")).to_be_visible()
    return keys


def keep_codes(page: Page) -> None:
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.get_by_role("button", name="I have kept my codes").click()


def test_an_account_by_passkey_alone_after_one_that_was_broken_off(page: Page, world: World) -> None:
    keys = at_passkey(page, world, "passkey-only@example.com")
    keys.cancel_next()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was made")
    look_at(page, "first-passkey-cancelled")
    keys.answer(does=True)
    page.get_by_role("button", name="Make a passkey").click()
    keep_codes(page)
    expect_greeting(page)
    assert len(keys.held()) == 1

    # Again, by nothing else.
    sign_out_at_shop(page)
    keys.answer(does=False)
    leave_for_sign_in(page, world)
    keys.answer(does=True)
    page.get_by_role("link", name="Sign in with a passkey").click()
    expect_greeting(page)


def test_a_password_after_all(page: Page, world: World) -> None:
    keys = at_passkey(page, world, "password-after-all@example.com")
    look_at(page, "first-passkey")
    keys.verify(does=False)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="Choose a password instead").click()
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    look_at(page, "first-password")
    page.get_by_label("New password", exact=True).fill("password")
    page.get_by_role("button", name="Create the account").click()
    expect(page.locator("#id_password-error")).to_be_visible()
    page.get_by_label("New password", exact=True).fill("seventeen copper kettles sing")
    page.get_by_role("button", name="Create the account").click()
    expect_greeting(page)


def test_by_keyboard_alone(page: Page, world: World) -> None:
    keys = Keys(page)
    keys.plug_in()
    leave_for_sign_in(page, world)
    _press(page, "Create an account")
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    for words in ("keyboard@example.com", "Ngozi", "Eze"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    _press(page, _BUTTON)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    code = read_code(page, world)
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Make your passkey")).to_be_visible()
    # The button has the focus as soon as it can be pressed.
    expect(page.get_by_role("button", name="Make a passkey")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    _press(page, "I have kept my codes")
    expect_greeting(page)


def _press(page: Page, name: str) -> None:
    """Tab to the link or button of this name and press Enter."""
    for _ in range(30):
        focused = page.evaluate("() => document.activeElement.textContent.trim()")
        if focused == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} is not reached by Tab")


def test_where_no_script_runs_there_is_no_such_button(new_visit: NewVisit, world: World) -> None:
    page = new_visit(java_script_enabled=False).page()
    page.goto(f"{world.issuer}/login?next=/account")
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("passkey"))).to_have_count(0)
