"""Step-up from the shop (RFC 9470): what the backend asks more for is asked at the provider, and the person comes back."""

from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in, sign_in
from idp.tests.browser.keys import Keys
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from tools.demo_people import DemoPerson

TUNDE = DemoPerson(email="step-up@example.com", password="nine-yards-of-lace-4", role="client", profile={"name": "Tunde Bello"})


def test_a_large_order_is_confirmed_with_a_passkey(page: Page, world: World) -> None:
    world.populate((TUNDE,))
    Keys(page).plug_in()
    leave_for_sign_in(page, world)
    sign_in(page, username=TUNDE.email, password=TUNDE.password)
    expect_greeting(page)

    # A password is not enough for this. They have no passkey yet, so the provider leads them through adding one, and back.
    page.get_by_role("button", name="Confirm my largest order").click()
    sign_in(page, username=TUNDE.email, password=TUNDE.password)
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
    look_at(page, "step-up-add-passkey")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept my codes").or_(page.get_by_role("button", name="I have kept my codes")).click()
    expect_greeting(page)
    assert page.url.endswith("/#orders")
    page.get_by_role("button", name="Confirm my largest order").click()
    expect(page.locator("#success-sentence")).to_contain_text("is confirmed.")
    expect(page.locator("#order-list")).to_contain_text("confirmed")
