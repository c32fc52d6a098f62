"""The second factor in a real browser: setting it up, giving a code, and the way in for somebody who lost the phone."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import leave_for_sign_in, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.phone import Phone
from tools.demo_people import PEOPLE

VENDOR = next(person for person in PEOPLE if person.role == "vendor")


@pytest.mark.spec("RFC 6238", "5.2")
def test_pages_of_the_second_factor(page: Page, world: World, new_visit: NewVisit) -> None:
    world.populate((VENDOR,))
    phone = Phone(VENDOR)
    _give_password(page, world)
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
    look_at(page, "set-up")
    phone.begin_set_up(page)
    look_at(page, "set-up-app")
    page.get_by_label("Code", exact=True).fill("00000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "set-up-app-refused")
    phone.type_code(page)
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    look_at(page, "recovery-codes")
    codes = phone.keep_codes(page)
    assert len(set(codes)) >= 8
    expect(page.get_by_text("You are signed in.")).to_be_visible()

    # Another device, with the phone and then without it.
    page = new_visit().page()
    _give_password(page, world)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    look_at(page, "code")
    _expect_bad_codes_refused(page, phone)
    page.get_by_role("link", name="Use a recovery code").click()
    expect(page.get_by_label("Recovery code")).to_be_visible()
    look_at(page, "recovery-code")
    _give_recovery_code(page, "000000-000000-000000-000000")
    _expect_refused(page)
    _give_recovery_code(page, codes[0])
    expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
    _expect_code_refused(new_visit().page(), world, codes[0])
    # A factor that was lost is replaced before anything else.
    phone.begin_set_up(page)
    phone.type_code(page)
    assert not set(phone.keep_codes(page)) & set(codes)
    expect(page.get_by_text("You are signed in.")).to_be_visible()
    # Of the set that the new one voided.
    _expect_code_refused(new_visit().page(), world, codes[1])


def _give_password(page: Page, world: World) -> None:
    leave_for_sign_in(page, world)
    sign_in(page, username=VENDOR.email, password=VENDOR.password)


def _give_recovery_code(page: Page, code: str) -> None:
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Continue").click()


def _expect_refused(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("not right or was already used")


def _expect_bad_codes_refused(page: Page, phone: Phone) -> None:
    """Replayed, of two minutes ago, and one that was wrong all day."""
    for seconds_ago in (0, 120, 86_400):
        phone.type_old_code(page, seconds_ago=seconds_ago)
        _expect_refused(page)


def _expect_code_refused(page: Page, world: World, code: str) -> None:
    """Whoever read the recovery code over their shoulder, and knows the password, brings it too late."""
    _give_password(page, world)
    page.get_by_role("link", name="Use a recovery code").click()
    _give_recovery_code(page, code)
    _expect_refused(page)
