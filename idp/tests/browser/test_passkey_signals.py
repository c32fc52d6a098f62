"""What the browser is told of a person's passkeys: which count, what the person is called, which one is unknown (Signal API)."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import World
from idp.tests.browser.test_passkeys import at_list, security, with_passkey
from tools.demo_people import DemoPerson

_SIGNALS = """
globalThis.__told = [];
const ends = globalThis.PublicKeyCredential ? ["UnknownCredential", "AllAcceptedCredentials", "CurrentUserDetails"] : [];
for (const name of ends.map((end) => `signal${end}`)) {
  PublicKeyCredential[name] = (facts) => { globalThis.__told.push([name, facts]); return Promise.resolve(); };
}
"""


@pytest.fixture
def tola(world: World) -> DemoPerson:
    """Somebody whose full name is made of its parts."""
    profile = {"given_name": "Tola", "family_name": "Bello"}
    made = DemoPerson(email="signals@example.com", password="nine-yards-of-lace-4", role="client", profile=profile)
    world.populate((made,))
    return made


def told(page: Page) -> list[tuple[str, dict[str, object]]]:
    """What this page told, once it did: its script runs after what is seen of it."""
    page.wait_for_function("() => globalThis.__told.length > 0")
    return [(name, facts) for name, facts in page.evaluate("() => globalThis.__told")]


def expect_told_name(page: Page, name: str) -> None:
    """The browser is told to call the person so."""
    so = "(name) => globalThis.__told.some(([end, facts]) => end === 'signalCurrentUserDetails' && facts.displayName === name)"
    page.wait_for_function(so, arg=name)


@pytest.mark.spec("WebAuthn L3", "5.1.10")
def test_the_browser_is_told_what_counts_and_what_was_removed(new_visit: NewVisit, world: World, tola: DemoPerson) -> None:
    visit = new_visit()
    # What this build of Chromium does with a signal cannot be seen; what it is told can.
    visit.context.add_init_script(_SIGNALS)
    page = visit.page()
    keys = with_passkey(page, world, tola)
    credential = str(keys.held()[0]["credentialId"]).rstrip("=").replace("+", "-").replace("/", "_")
    security(page, world)
    at_list(page)
    said = dict(told(page))
    assert said["signalAllAcceptedCredentials"]["allAcceptedCredentialIds"] == [credential]
    assert said["signalCurrentUserDetails"]["displayName"] == "Tola Bello"

    # The person goes by another name: on the plain page, and in the console.
    page.goto(f"{world.issuer}/account/profile")
    page.get_by_label("First name").fill("Titilola")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Your names are saved.")
    expect_told_name(page, "Titilola Bello")
    page.goto(f"{world.issuer}/account/console/profile")
    page.get_by_label("Last name").fill("Eze")
    page.get_by_role("button", name="Save").click()
    expect_told_name(page, "Titilola Eze")

    security(page, world)
    page.locator("#passkeys summary").click()
    page.get_by_role("button", name="Remove this passkey").click()
    expect(page.locator("#no-factors")).to_be_visible()
    assert dict(told(page))["signalAllAcceptedCredentials"]["allAcceptedCredentialIds"] == []
    # The device still offers it: the answer names the one that is unknown.
    page.context.clear_cookies()
    security(page, world)
    expect(page.get_by_role("alert")).to_contain_text("does not work here any more")
    assert told(page)[0] == ("signalUnknownCredential", {"rpId": "localhost", "credentialId": credential})
