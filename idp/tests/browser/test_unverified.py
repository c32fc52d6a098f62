"""An account that an operator made: the first sign-in proves its address, with wrong, replaced and old codes on the way."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.inbox import read_code
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at

_PASSWORD = "a password that an operator chose"


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.2")
def test_the_first_sign_in_proves_the_address(page: Page, world: World, new_visit: NewVisit) -> None:
    email = "made-for-her@example.com"
    world.manage("create_user", "--email", email, "--password-stdin", stdin=_PASSWORD)
    leave_for_sign_in(page, world)
    sign_in(page, username=email, password=_PASSWORD)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    look_at(page, "verify-owner")
    # Wrong.
    code = read_code(page, world)
    _give(page, f"{(int(code) + 1) % 10**6:06d}")
    _expect_refused(page)
    # Replaced by a newer one, while it is good for longer yet.
    _ask_for_another(page, world)
    replacing = read_code(page, world)
    _give(page, code)
    _expect_refused(page)
    # Too old.
    world.change_rows("UPDATE mfa_one_time_code_onetimecode SET expires_at = '2020-01-01 00:00:00'")
    _give(page, replacing)
    _expect_refused(page)
    _ask_for_another(page, world)
    newer = read_code(page, world)
    # Somebody else's browser, which knows the password too.
    thief = new_visit().page()
    leave_for_sign_in(thief, world)
    sign_in(thief, username=email, password=_PASSWORD)
    _give(thief, newer)
    _expect_refused(thief)
    _give(page, newer)
    expect_greeting(page)


def _ask_for_another(page: Page, world: World) -> None:
    """When the pause between two codes is over."""
    world.change_rows("UPDATE mfa_one_time_code_onetimecode SET created_at = '2020-01-01 00:00:00'")
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def _give(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def _expect_refused(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("not right, or no longer valid")
