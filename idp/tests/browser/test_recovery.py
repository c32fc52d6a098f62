"""A forgotten password, from the shop and back: the link of the mail read in the demo's inbox, on this device and on another."""

import re

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, give_password, leave_for_sign_in, name_yourself
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.inbox import forget_messages, read_code
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.mobile_app import MobileApp

_NEW = "seventeen copper kettles sing"
_LINK = re.compile(r"http\S+/recover/\S+")


def _somebody(world: World, email: str) -> str:
    """An account of this test alone; no older mail lies in the inbox."""
    world.manage("create_user", "--email", email, "--verified", "--password-stdin", stdin="an old password that nobody knows")
    world.change_rows("DELETE FROM outbox_message WHERE kind = 'mail'")
    return email


def _ask(page: Page, email: str, *, looks: bool = False) -> None:
    """From the password page to the one that says where to look."""
    page.get_by_role("link", name="Forgotten your password?").click()
    expect(page.get_by_label("Email or phone")).to_have_value(email)
    if looks:
        look_at(page, "forgotten-password")
    page.get_by_role("button", name="Send a message").click()
    expect(page.get_by_role("heading", name="Check your messages")).to_be_visible()


def _link(page: Page, world: World) -> str:
    """The newest link in the demo's inbox, once the worker has written it."""
    tab = page.context.new_page()
    for _ in range(40):
        tab.goto(f"{world.issuer}/inbox")
        found = _LINK.search(tab.inner_text("main"))
        if found:
            tab.close()
            return found[0]
        tab.wait_for_timeout(250)
    raise AssertionError("no link in the inbox")


def test_by_the_link_of_a_mail_to_a_new_password_and_into_the_shop(page: Page, world: World) -> None:
    email = _somebody(world, "forgetful@example.com")
    leave_for_sign_in(page, world)
    name_yourself(page, email)
    _ask(page, email, looks=True)
    look_at(page, "check-messages")
    link = _link(page, world)
    page.goto(link)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    # The address holds the key no more.
    assert "recover" not in page.url
    look_at(page, "new-password")
    page.get_by_label("New password", exact=True).fill("password")
    page.get_by_role("button", name="Save the new password").click()
    expect(page.locator("#id_password-error")).to_be_visible()
    page.get_by_label("New password", exact=True).fill(_NEW)
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    look_at(page, "new-password-saved")
    give_password(page, _NEW)
    expect_greeting(page)
    # The same link once more, from the history or the mail.
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("no longer good")
    look_at(page, "recovery-over")


def test_a_link_that_was_replaced_or_is_too_old_sets_no_password(page: Page, world: World) -> None:
    email = _somebody(world, "forgetful-twice@example.com")
    leave_for_sign_in(page, world)
    name_yourself(page, email)
    _ask(page, email)
    replaced = _link(page, world)
    forget_messages(world)
    _wait_is_over(world)
    page.get_by_role("button", name="Send another message").click()
    newest = _link(page, world)
    _expect_over(page, replaced)
    world.change_rows("UPDATE recovery_recoverykey SET expires_at = '2020-01-01'")
    _expect_over(page, newest)


@pytest.mark.spec("OWASP ASVS 5.0", "6.4.3")
def test_by_the_code_of_a_text_message(page: Page, world: World, new_visit: NewVisit) -> None:
    world.manage("create_user", "--phone", "+2348035556677", "--verified", "--password-stdin", stdin="nobody knows it any more")
    forget_messages(world)
    leave_for_sign_in(page, world)
    name_yourself(page, "0803 555 6677")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_role("button", name="Send a message").click()
    code = read_code(page, world, "To +2348035556677")
    look_at(page, "check-messages-code")
    # Wrong, and too old.
    _give_code(page, f"{(int(code) + 1) % 10**6:06d}")
    _expect_code_refused(page)
    world.change_rows("UPDATE mfa_one_time_code_onetimecode SET expires_at = '2020-01-01'")
    _give_code(page, code)
    _expect_code_refused(page)
    forget_messages(world)
    _wait_is_over(world)
    page.get_by_role("button", name="Send another message").click()
    code = read_code(page, world, "To +2348035556677")
    # By somebody who reads it over their shoulder.
    thief = new_visit().page()
    thief.goto(page.url)
    expect(thief.get_by_label("Code")).to_have_count(0)
    _give_code(page, code)
    page.get_by_label("New password", exact=True).fill(_NEW)
    page.get_by_role("button", name="Save the new password").click()
    give_password(page, _NEW)
    expect_greeting(page)


def _wait_is_over(world: World) -> None:
    """The pause between two messages."""
    world.change_rows("UPDATE mfa_one_time_code_onetimecode SET created_at = '2020-01-01'")
    world.change_rows("DELETE FROM recovery_askcounter")


def _give_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def _expect_code_refused(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("not right, or no longer valid")


def _expect_over(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("no longer good")


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_no_script_is_needed(new_visit: NewVisit, world: World, app: MobileApp, where: str) -> None:
    email = _somebody(world, f"forgetful-{where}@example.com")
    page = new_visit(java_script_enabled=False).page()
    page.goto(app.authorize_url(prompt="login"))
    name_yourself(page, email)
    _ask(page, email)
    link = _link(page, world)
    there = new_visit(java_script_enabled=False).page() if where == "elsewhere" else page
    there.goto(link)
    there.get_by_label("New password", exact=True).fill(_NEW)
    there.get_by_role("button", name="Save the new password").click()
    give_password(there, _NEW)
    if where == "elsewhere":
        expect(there.get_by_role("heading", name="Your account")).to_be_visible()
        page.get_by_role("link", name="Sign in").click()
        give_password(page, _NEW)
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
