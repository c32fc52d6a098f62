"""A device that its owner wants remembered, in a real browser: asked for the second factor once, then not, then again."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in, sign_in, sign_out_at_shop
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.phone import Phone
from tools.demo_people import DemoPerson

# Who need not have a second factor, has one, and is nobody of the other journeys.
BOLA = DemoPerson(email="bola@example.com", password="bola-pleats-by-lamplight-3", role="client", profile={"name": "Bola Ade"})


@pytest.fixture(scope="module")
def phone(world: World) -> Phone:
    """Of this person, who has an account; nothing is in it yet."""
    world.populate((BOLA,))
    return Phone(BOLA)


def set_up(page: Page, world: World, phone: Phone) -> None:
    """Add the app in the account."""
    page.goto(f"{world.issuer}/account/security")
    sign_in(page, username=BOLA.email, password=BOLA.password)
    page.get_by_role("button", name="Add an authenticator app").click()
    phone.scan(page)
    phone.type_code(page)
    page.get_by_role("link", name="I have kept my codes").click()


def come_to_the_code(page: Page, world: World) -> None:
    leave_for_sign_in(page, world)
    sign_in(page, username=BOLA.email, password=BOLA.password)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()


def test_a_device_is_remembered_and_forgotten(new_visit: NewVisit, world: World, phone: Phone) -> None:
    set_up(new_visit().page(), world, phone)

    # Another device, which is to be remembered: the box is off until somebody ticks it.
    page = new_visit().page()
    come_to_the_code(page, world)
    box = page.get_by_label("Don't ask again on this device for 30 days")
    expect(box).not_to_be_checked()
    box.check()
    phone.type_code(page)
    expect_greeting(page)

    # The password is still asked for, the code is not.
    sign_out_at_shop(page)
    leave_for_sign_in(page, world)
    sign_in(page, username=BOLA.email, password=BOLA.password)
    expect_greeting(page)

    # Elsewhere nothing is remembered.
    come_to_the_code(new_visit().page(), world)

    # Its owner has it forgotten, and it is asked for there again.
    page.goto(f"{world.issuer}/account/devices")
    expect(page.locator("#current-device")).to_be_visible()
    look_at(page, "remembered-devices")
    page.get_by_role("button", name="Ask there again").click()
    expect(page.locator("#no-devices")).to_be_visible()
    look_at(page, "no-remembered-devices")
    page.goto(world.shop)
    sign_out_at_shop(page)
    come_to_the_code(page, world)
