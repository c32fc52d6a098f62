"""An administrator suspends a shopper at the demo's desk, and the shopper's next call of the backend fails with a sentence."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import call_the_backend, expect_greeting, give_password, leave_for_sign_in, name_yourself, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.phone import Phone
from tools.demo_people import PEOPLE, DemoPerson

ADMIN = next(person for person in PEOPLE if person.role == "admin")
# Of these tests alone: whoever is suspended here is missed nowhere else.
AMINA = DemoPerson(email="amina@example.com", password="amina-dyes-indigo-7", role="client", profile={"given_name": "Amina"})


@pytest.fixture(scope="module")
def admin(world: World) -> Phone:
    """The demo's administrator, and somebody to suspend."""
    world.populate((ADMIN, AMINA))
    return Phone(ADMIN)


def _desk(page: Page, world: World) -> None:
    page.goto(f"{world.shop}/desk")
    page.get_by_role("button", name="Sign in as staff").click()


def _find(desk: Page, address: str) -> None:
    desk.get_by_label("Email or phone").fill(address)
    desk.get_by_role("button", name="Find", exact=True).click()


def test_a_suspended_shopper_reads_so_at_the_next_call(new_visit: NewVisit, world: World, admin: Phone) -> None:
    shopper, desk = new_visit().page(), new_visit().page()
    leave_for_sign_in(shopper, world)
    sign_in(shopper, username=AMINA.email, password=AMINA.password)
    expect_greeting(shopper)
    assert call_the_backend(shopper)["active"] == "true"

    # The administrator, by password and code; Amina's address is shown masked.
    _desk(desk, world)
    admin.sign_in(desk)
    _find(desk, AMINA.email)
    expect(desk.locator("[data-fact=Email]")).to_have_text("a•••@example.com")
    desk.get_by_label("Reason").fill("ticket 4711")
    look_at(desk, "desk-person")
    assert_accessible(desk, "desk-person")
    desk.get_by_role("button", name="Suspend this user").click()
    expect(desk.locator("#success-sentence")).to_have_text("The account is suspended.")
    expect(desk.locator("[data-fact=State]")).to_have_text("suspended")

    # Her page still stands there; its next call ends it.
    shopper.get_by_role("button", name="Call the backend").click()
    expect(shopper.locator("#failure-sentence")).to_contain_text("Your sign-in has expired or was ended.")
    look_at(shopper, "shop-suspended")
    shopper.locator("#failure-next").click()
    name_yourself(shopper, AMINA.email)
    give_password(shopper, AMINA.password)
    expect(shopper.get_by_role("alert")).to_be_visible()

    # And back.
    desk.get_by_label("Reason").fill("ticket 4711, settled")
    desk.get_by_role("button", name="End the suspension").click()
    expect(desk.locator("#success-sentence")).to_have_text("The account can be used again.")


def test_a_refusal_is_in_the_words_of_the_provider(page: Page, world: World, admin: Phone) -> None:
    _desk(page, world)
    admin.sign_in(page)
    expect(page.get_by_role("heading", name="Find a person")).to_be_visible()
    look_at(page, "desk")
    assert_accessible(page, "desk")
    _find(page, "nobody@example.com")
    expect(page.get_by_role("alert")).to_contain_text("There is no such account.")


def test_the_desk_is_for_administrators(page: Page, world: World, admin: Phone) -> None:
    _desk(page, world)
    sign_in(page, username=AMINA.email, password=AMINA.password)
    expect(page.locator("#hero-text")).to_contain_text("your account is not one")
    expect(page.get_by_role("button", name="Suspend this user")).to_have_count(0)
    expect(page.locator("#desk")).to_be_hidden()
