"""A new e-mail address or phone number, in a real browser: proven by a code first, told to old and new, and what is refused."""

import re

from playwright.sync_api import Page, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import sign_in
from idp.tests.browser.inbox import forget_messages, make_account, read_code, read_message
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.looks import look_at

_PASSWORD = "seven kettles sing at noon"
_CODE = re.compile(r"\b\d{6}\b")


def _at_addresses(page: Page, world: World, email: str) -> None:
    page.goto(f"{world.issuer}/account/addresses")
    sign_in(page, username=email, password=_PASSWORD)
    expect(page.locator("#present-email")).to_contain_text(email)


def _ask(page: Page, label: str, address: str) -> None:
    page.get_by_label(label).fill(address)
    page.get_by_role("button", name=label.replace("New", "Change")).click()


def _confirm(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()


def _code_for(page: Page, world: World, address: str) -> str:
    return read_code(page, world, f"To {address}", "code")


def test_a_new_email_address_is_proven_and_both_are_told(page: Page, world: World) -> None:
    old, new = make_account(world, "before@example.com", _PASSWORD), "after@example.com"
    _at_addresses(page, world, old)
    assert_accessible(page, "account addresses")
    look_at(page, "account-addresses")
    # Not an address at all.
    _ask(page, "New email address", "after at example")
    expect(page.locator("#id_email-error")).to_be_visible()
    _ask(page, "New email address", new)
    expect(page.locator("main")).to_contain_text(new)
    look_at(page, "account-addresses-pending")
    # A wrong code changes nothing; the right one does.
    code = _code_for(page, world, new)
    _confirm(page, f"{(int(code) + 1) % 1_000_000:06d}")
    expect(page.locator("#id_code-error, .alert--error").first).to_be_visible()
    forget_messages(world)
    again = page.context.new_page()
    again.goto(page.url)
    _confirm(page, code)
    expect(page.locator("#present-email")).to_contain_text(f"{new} · confirmed")
    # Another tab has the form still: the code counted once.
    _confirm(again, code)
    expect(again.locator(".alert--error")).to_be_visible()
    look_at(again, "account-addresses-replayed")
    again.close()
    for address in (old, new):
        read_message(page, world, f"To {address}", "The email address of your account was changed")
    # From here on one signs in with the new one.
    page.context.clear_cookies()
    page.goto(f"{world.issuer}/account/addresses")
    sign_in(page, username=new, password=_PASSWORD)
    expect(page.locator("#present-email")).to_contain_text(new)


def test_a_phone_number_is_proven_by_a_text_message(page: Page, world: World) -> None:
    email = make_account(world, "caller@example.com", _PASSWORD)
    _at_addresses(page, world, email)
    _ask(page, "New phone number", "0803 765 4321")
    code = _code_for(page, world, "+2348037654321")
    forget_messages(world)
    _confirm(page, code)
    expect(page.locator("#present-phone")).to_contain_text("+2348037654321 · confirmed")
    read_message(page, world, f"To {email}", "The phone number of your account was changed")
    read_message(page, world, "To +2348037654321", "phone number of your account was changed")


def test_the_old_one_is_kept_on_request(page: Page, world: World) -> None:
    email = make_account(world, "steady@example.com", _PASSWORD)
    _at_addresses(page, world, email)
    _ask(page, "New email address", "never@example.com")
    _code_for(page, world, "never@example.com")
    page.get_by_role("button", name="Keep the old one").click()
    expect(page.locator("#present-email")).to_contain_text(f"{email} · confirmed")


def test_an_address_of_somebody_else_shows_the_same_page_and_gets_no_code(page: Page, world: World) -> None:
    email = make_account(world, "curious@example.com", _PASSWORD)
    _at_addresses(page, world, email)
    _ask(page, "New email address", SHOPPER.email)
    expect(page.locator("main")).to_contain_text(SHOPPER.email)
    told = read_message(page, world, f"To {SHOPPER.email}", "Your email address has a Fashionistar account")
    assert not _CODE.search(told.partition("·")[2].partition("UTC")[2])
    _confirm(page, "123456")
    expect(page.locator("#id_code-error, .alert--error").first).to_be_visible()
    page.get_by_role("button", name="Keep the old one").click()
    expect(page.locator("#present-email")).to_contain_text(email)


def test_a_code_that_is_too_old_changes_nothing(page: Page, world: World) -> None:
    email = make_account(world, "slow@example.com", _PASSWORD)
    _at_addresses(page, world, email)
    _ask(page, "New email address", "late@example.com")
    code = _code_for(page, world, "late@example.com")
    assert world.change_rows(
        "UPDATE mfa_one_time_code_onetimecode SET expires_at = '2026-01-01 00:00:00' WHERE closed_at IS NULL"
    )
    _confirm(page, code)
    expect(page.locator("#id_code-error, .alert--error").first).to_be_visible()
    page.get_by_role("button", name="Keep the old one").click()
    expect(page.locator("#present-email")).to_contain_text(email)
