"""The privacy desk as a person without JavaScript uses it: choices, the file, the deletion and the change of mind."""

import json
from pathlib import Path

from playwright.sync_api import expect

from idp.tests.browser.actions import sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at


def test_the_desk_from_consent_to_a_change_of_mind(new_visit: NewVisit, world: World) -> None:
    page = new_visit(java_script_enabled=False).page()
    page.goto(f"{world.issuer}/account/privacy")
    sign_in(page)
    expect(page.get_by_role("heading", name="Your data", exact=True)).to_be_visible()
    page.get_by_role("button", name="Yes, send me news").click()
    expect(page.get_by_role("button", name="Send me no more news")).to_be_visible()
    page.get_by_role("button", name="Restrict the use of my data").click()
    expect(page.locator("#restricted")).to_be_visible()
    page.get_by_text("Delete my account").first.click()
    look_at(page, "privacy")

    # The file, whole.
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8"))["format"] == "fashionistar-account/1"

    # The end, and not after all.
    page.get_by_role("button", name="Delete my account").click()
    expect(page.locator("#closing")).to_be_visible()
    look_at(page, "privacy-closing")
    page.get_by_role("link", name="Sign in to keep it").click()
    sign_in(page)
    look_at(page, "privacy-closing-desk")
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("button", name="Keep my account")).to_have_count(0)
