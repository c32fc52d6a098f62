"""The staff pages in a real browser: nothing foreign, no violation of the policy, readable on a phone and on a desk."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import sign_in_at_shop
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.looks import look_at
from idp.tests.browser.phone import Phone
from tools.demo_people import PEOPLE

_DEAD_LETTER = """
from idp.core import clock
from idp.outbox.models import Message
now = clock.now()
Message.objects.create(kind="oidc.user_event", receiver="given-up.example", payload="{}", expires_at=now, dead_at=now,
                       attempts=40, last_error="the receiver answered 503")
"""
CHIEF = next(person for person in PEOPLE if person.role == "super_admin")
HELPER = next(person for person in PEOPLE if person.role == "support")
LISTS = (
    "People", "Sessions", "Consents", "Clients", "Signing keys", "Refresh tokens", "Access tokens", "Messages", "Audit trail",
    "Request log",
)  # fmt: skip


@pytest.fixture(scope="module")
def chief(world: World) -> Phone:
    """Somebody who may change something; their role needs two factors."""
    world.populate((CHIEF,))
    return Phone(CHIEF)


def _enter(page: Page, world: World, chief: Phone) -> None:
    page.goto(f"{world.issuer}/admin/")
    chief.sign_in(page)
    expect(page.get_by_role("heading", name="Staff pages")).to_be_visible()


def test_every_list_is_readable(page: Page, world: World, chief: Phone) -> None:
    _enter(page, world, chief)
    look_at(page, "staff-front")
    for name in LISTS:
        page.get_by_label("Staff pages").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        look_at(page, f"staff-{name.lower().replace(' ', '-')}")


def test_a_session_is_ended_by_staff(new_visit: NewVisit, world: World, chief: Phone) -> None:
    shopper, page = new_visit().page(), new_visit().page()
    sign_in_at_shop(shopper, world)
    _enter(page, world, chief)
    page.goto(f"{world.issuer}/admin/user/find")
    look_at(page, "staff-find")
    page.get_by_label("Email or phone").fill(SHOPPER.email)
    page.get_by_role("button", name="Find").click()
    look_at(page, "staff-person")
    page.get_by_role("link", name="End all sessions").click()
    look_at(page, "staff-ask")
    assert_accessible(page, "staff-ask")
    page.get_by_label("Reason").fill("ticket 4711")
    page.get_by_role("button", name="End all sessions").click()
    expect(page.get_by_role("status")).to_have_text("All sessions of this account have ended.")
    # The shopper's browser is signed out at the provider.
    shopper.goto(f"{world.issuer}/admin/")
    expect(shopper.get_by_label("Email or phone")).to_be_visible()


def test_a_dead_letter_can_be_read_and_sent_again(page: Page, world: World, chief: Phone) -> None:
    world.manage("shell", "-v", "0", "-c", _DEAD_LETTER)
    _enter(page, world, chief)
    page.goto(f"{world.issuer}/admin/message/?receiver=given-up.example")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_text("the receiver answered 503")).to_be_visible()
    look_at(page, "staff-dead-letter")
    page.get_by_role("link", name="Send this message again").click()
    look_at(page, "staff-send-again")
    # What becomes of it is the worker's to say, at once or later; it is no dead letter of its forty tries any more.
    page.get_by_role("button", name="Send this message again").click()
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()


def test_a_role_is_changed_and_addresses_are_shown_by_staff(page: Page, world: World, chief: Phone) -> None:
    _enter(page, world, chief)
    page.goto(f"{world.issuer}/admin/user/find")
    page.get_by_label("Email or phone").fill(SHOPPER.email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Change the role").click()
    page.get_by_label("New role").select_option("Vendor")
    page.get_by_label("Reason").fill("ticket 4711")
    look_at(page, "staff-role")
    assert_accessible(page, "staff-role")
    page.get_by_role("button", name="Change the role").click()
    expect(page.get_by_role("status")).to_contain_text("The role is changed")
    expect(page.locator("dl")).to_contain_text("Vendor")
    page.get_by_role("link", name="Back", exact=True).click()
    # And back, for whoever comes after; then the addresses, in the answer to the question alone.
    page.get_by_role("link", name="Change the role").click()
    page.get_by_label("New role").select_option("Client")
    page.get_by_label("Reason").fill("ticket 4711, a mistake")
    page.get_by_role("button", name="Change the role").click()
    page.get_by_role("link", name="Back", exact=True).click()
    page.get_by_role("link", name="Show the addresses in full").click()
    page.get_by_label("Reason").fill("ticket 4711")
    page.get_by_role("button", name="Show the addresses in full").click()
    expect(page.locator("dl")).to_contain_text(SHOPPER.email)
    expect(page.get_by_role("status")).to_contain_text("on record")
    look_at(page, "staff-revealed")


def test_factors_are_reset_by_staff_who_say_why(new_visit: NewVisit, world: World, chief: Phone) -> None:
    page = new_visit().page()
    world.populate((HELPER,))
    lost = new_visit().page()
    lost.goto(f"{world.issuer}/admin/")
    Phone(HELPER).sign_in(lost)
    expect(lost.get_by_role("heading", name="Staff pages")).to_be_visible()
    _enter(page, world, chief)
    page.goto(f"{world.issuer}/admin/user/find")
    page.get_by_label("Email or phone").fill(HELPER.email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Reset second factors").click()
    look_at(page, "staff-reset")
    assert_accessible(page, "staff-reset")
    # Nothing but spaces passes the browser's own check, not ours.
    page.get_by_label("Reason").fill("   ")
    page.get_by_role("button", name="Reset second factors").click()
    expect(page.get_by_role("alert")).to_contain_text("Please say why")
    look_at(page, "staff-reset-refused")
    assert_accessible(page, "staff-reset-refused")
    page.get_by_label("Reason").fill("ticket 4711")
    page.get_by_role("button", name="Reset second factors").click()
    expect(page.get_by_role("status")).to_contain_text("The second factors are gone.")
