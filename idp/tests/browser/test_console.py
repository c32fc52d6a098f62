"""The account console from view to view, as it is meant: looked at, read by axe, worked with the keyboard, in two languages."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.console import HEADINGS, PASSWORD, expect_view, notice, open_view, somebody
from idp.tests.browser.inbox import forget_messages, read_code
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.mobile_app import MobileApp


def test_every_view_can_be_used_and_looks_right(page: Page, world: World) -> None:
    open_view(page, world, "profile", as_whom=somebody(world, "looks@console.example"))
    for view in HEADINGS:
        open_view(page, world, view)
        assert_accessible(page, f"console {view}")
        look_at(page, f"console-{view}")


def test_the_keyboard_alone_leads_from_view_to_view(page: Page, world: World) -> None:
    open_view(page, world, "profile", as_whom=somebody(world, "keys@console.example"))
    page.get_by_role("link", name="Sessions and devices").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Sessions and devices")).to_be_focused()
    assert page.url.endswith("/account/console/sessions")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Your profile")).to_be_focused()


def test_names_and_language_are_saved_and_spoken(page: Page, world: World) -> None:
    open_view(page, world, "profile", as_whom=somebody(world, "names@console.example"))
    page.get_by_label("First name").fill("Amara")
    page.get_by_label("Time zone").select_option("Africa/Lagos")
    page.get_by_role("button", name="Save").click()
    expect(notice(page)).to_have_text("Your changes are saved.")
    expect(page.locator("#console-announcer")).to_have_text("Your changes are saved.")
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("button", name="Save").click()
    # At once, and after the page is loaded anew: in the account's language, whatever the browser prefers.
    expect(page.get_by_role("heading", level=1, name="Votre profil")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Prénom", exact=True)).to_have_value("Amara")
    assert_accessible(page, "console profile in French")
    look_at(page, "console-profile-fr")
    page.get_by_role("button", name="Enregistrer").click()
    expect(notice(page)).to_have_text("Rien n’a été changé.")


def test_a_password_is_changed_and_the_session_goes_on(page: Page, world: World) -> None:
    email = somebody(world, "password@console.example")
    open_view(page, world, "security", as_whom=email)
    page.get_by_label("Current password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("password1")
    expect(page.locator(".console__strength")).to_contain_text("Many people use this password")
    look_at(page, "console-password-weak")
    page.get_by_label("New password", exact=True).fill("seventeen copper kettles sing")
    expect(page.locator(".console__strength")).to_have_text("This password is strong.")
    page.get_by_role("button", name="Change password").click()
    expect(notice(page)).to_have_text("Your password is changed. Every other device was signed out.")
    open_view(page, world, "profile")


def test_a_new_address_counts_once_its_code_came_back(page: Page, world: World) -> None:
    open_view(page, world, "addresses", as_whom=somebody(world, "address@console.example"))
    forget_messages(world)
    page.get_by_label("New email address").fill("new@console.example")
    page.get_by_role("button", name="Change email address").click()
    expect(page.get_by_text("Waiting for its code: new@console.example")).to_be_visible()
    expect(notice(page)).to_contain_text("We sent a message to the new address.")
    look_at(page, "console-addresses-pending")
    code = read_code(page, world)
    page.get_by_label("Code").fill(f"{(int(code) + 1) % 10**6:06d}")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "console-addresses-refused")
    again = page.context.new_page()
    open_view(again, world, "addresses")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()
    expect(notice(page)).to_contain_text("Your new address is confirmed.")
    # Another tab has the form still: the code counted once.
    again.get_by_label("Code").fill(code)
    again.get_by_role("button", name="Confirm").click()
    expect(again.get_by_role("alert")).to_be_visible()
    look_at(again, "console-addresses-replayed")
    again.close()
    expect(page.locator("dd").first).to_contain_text("new@console.example · confirmed")


def test_another_device_is_signed_out_and_then_this_one(new_visit: NewVisit, world: World) -> None:
    email = somebody(world, "sessions@console.example")
    here, there = new_visit().page(), new_visit().page()
    open_view(there, world, "profile", as_whom=email)
    open_view(here, world, "sessions", as_whom=email)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(notice(here)).to_have_text("Signed out on one other device.")
    expect(here.locator(".console__entry")).to_have_count(1)
    # The other one hears of it with its next question.
    there.get_by_role("link", name="Your data").click()
    expect(there.get_by_role("heading", level=1, name="You are signed out")).to_be_focused()
    here.get_by_role("button", name="Sign out").click()
    expect(here.get_by_role("heading", level=1, name="See you soon")).to_be_focused()
    assert_accessible(here, "console ended")
    look_at(here, "console-ended")
    here.get_by_role("link", name="Sign in").click()
    sign_in(here, username=email, password=PASSWORD)
    expect_view(here, "sessions")


def test_an_application_is_disconnected(page: Page, world: World, app: MobileApp) -> None:
    email = somebody(world, "apps@console.example")
    page.goto(app.authorize_url())
    sign_in(page, username=email, password=PASSWORD)
    page.get_by_role("button", name="Allow").click()
    app.arrival()
    open_view(page, world, "apps")
    look_at(page, "console-apps-connected")
    page.get_by_role("button", name="Disconnect").click()
    expect(notice(page)).to_contain_text("Disconnected.")
    expect(page.get_by_text("You have not allowed anything to applications of others.")).to_be_visible()


def test_the_privacy_desk_from_consent_to_a_change_of_mind(page: Page, world: World) -> None:
    email = somebody(world, "privacy@console.example")
    open_view(page, world, "privacy", as_whom=email)
    page.get_by_role("button", name="Yes, send me news").click()
    expect(page.get_by_role("button", name="Send me no more news")).to_be_visible()
    page.get_by_role("button", name="Restrict the use of my data").click()
    expect(page.get_by_text("We send you none while the use of your data is restricted.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8"))["format"] == "fashionistar-account/1"
    # The end, and not after all.
    page.get_by_role("button", name="Delete my account").click()
    look_at(page, "console-privacy-sure")
    page.get_by_role("button", name="Yes, delete my account").click()
    expect(page.get_by_role("heading", level=1, name="Your account will be deleted")).to_be_focused()
    look_at(page, "console-closed")
    page.get_by_role("link", name="Sign in to keep it").click()
    sign_in(page, username=email, password=PASSWORD)
    expect(page.get_by_role("heading", name="This account is going to be deleted")).to_be_visible()
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("heading", name="Delete your account")).to_be_visible()
