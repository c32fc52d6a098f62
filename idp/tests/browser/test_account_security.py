"""Somebody manages their second factors in a real browser that runs no script: an app added, renamed, removed."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from idp.core import clock
from idp.tests.browser.actions import give_password, name_yourself, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from tools.demo_people import DemoPerson

# Who need not have a second factor, and is not the shopper of the other journeys.
KEMI = DemoPerson(email="kemi@example.com", password="kemi-hems-by-hand-7", role="client", profile={"name": "Kemi Adeyemi"})


@pytest.fixture(scope="module")
def inhabited(world: World) -> World:
    """The world with this person."""
    world.populate((KEMI,))
    return world


def code_of(secret: str, world: World) -> str:
    """What the app shows; the code of this moment counts again, as it does half a minute later."""
    world.change_rows("UPDATE mfa_totp_totpauthenticator SET last_step = 0")
    return pyotp.TOTP(secret).at(clock.epoch(clock.now()))


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Continue").click()


def add_app(page: Page) -> str:
    """Press the button; the secret of the page that follows."""
    page.get_by_role("button", name="Add an authenticator app").click()
    expect(page.get_by_role("heading", name="Add an authenticator app")).to_be_visible()
    return page.locator("#totp-secret").inner_text().replace(" ", "")


def add_app_with_a_slip(page: Page, world: World) -> str:
    """From the button to the recovery codes that are kept; the secret."""
    secret = add_app(page)
    look_at(page, "security-add")
    give_code(page, "000000")
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "security-add-refused")
    give_code(page, code_of(secret, world))
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    look_at(page, "security-codes")
    page.get_by_role("link", name="I have kept my codes").click()
    return secret


def sign_in_again(page: Page, world: World, secret: str) -> None:
    """The way on of a sign-in that is too old, with both factors."""
    page.get_by_role("link", name="Sign in again").click()
    name_yourself(page, KEMI.email)
    give_password(page, KEMI.password)
    give_code(page, code_of(secret, world))


def test_an_app_from_first_to_last(new_visit: NewVisit, inhabited: World) -> None:
    page = new_visit(java_script_enabled=False).page()
    page.goto(f"{inhabited.issuer}/account/security")
    sign_in(page, username=KEMI.email, password=KEMI.password)
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    look_at(page, "security-none")

    secret = add_app_with_a_slip(page, inhabited)

    # Signed in with the password alone, there is nothing to press but the way on; both factors open the forms.
    expect(page.get_by_text("You have 10 unused codes")).to_be_visible()
    look_at(page, "security-look-only")
    sign_in_again(page, inhabited, secret)
    page.get_by_text("Change").click()
    look_at(page, "security-change")
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "security-change-refused")
    page.get_by_label("Name", exact=True).fill("A phone with a name as long as anybody would ever care to type it")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("status")).to_contain_text("Your change is saved.")
    look_at(page, "security-changed")

    # A form of before, after too long a pause; then removed.
    inhabited.change_rows("UPDATE login_ssosession SET auth_time = datetime(auth_time, '-11 minutes')")
    page.get_by_role("button", name="Make new recovery codes").click()
    expect(page.locator("#error-code")).to_have_text("step_up_required")
    look_at(page, "security-too-old")
    sign_in_again(page, inhabited, secret)
    page.get_by_text("Change").click()
    page.get_by_role("button", name="Remove this app").click()
    expect(page.locator("#no-factors")).to_be_visible()
