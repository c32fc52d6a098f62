"""Passkeys in a real browser: added, used in every way the pages offer, refused in every way a device can refuse, removed."""

import itertools

import pytest
from playwright.sync_api import Page, Route, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import give_password, name_yourself, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.inbox import forget_messages, read_code
from idp.tests.browser.keys import Keys
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from tools.demo_people import DemoPerson

_numbers = itertools.count(1)


@pytest.fixture
def person(world: World) -> DemoPerson:
    """Somebody who need not have a second factor, new for every test."""
    made = DemoPerson(
        email=f"passkey{next(_numbers)}@example.com",
        password="nine-yards-of-lace-4",
        role="client",
        profile={"name": "Tola Bello"},
    )
    world.populate((made,))
    return made


def security(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/account/security")


def signed_in(page: Page, world: World, person: DemoPerson) -> None:
    """By password, to the page of their factors."""
    security(page, world)
    sign_in(page, username=person.email, password=person.password)
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()


def add_passkey(page: Page) -> None:
    """From the list to the list, keeping recovery codes if there are new ones."""
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    # One of the two pages that follow, whole: between two pages neither is there.
    codes = page.get_by_role("heading", name="Keep your recovery codes")
    expect(codes.or_(page.get_by_role("heading", name="How you sign in"))).to_be_visible()
    if codes.is_visible():
        page.get_by_role("link", name="I have kept my codes").click()


def with_passkey(page: Page, world: World, person: DemoPerson, **unlike: object) -> Keys:
    """A browser with a phone that holds a passkey of theirs; nobody is signed in any more."""
    keys = Keys(page)
    keys.plug_in(**unlike)
    signed_in(page, world, person)
    add_passkey(page)
    expect(page.locator("#passkeys li")).to_have_count(1)
    page.context.clear_cookies()
    return keys


def at_list(page: Page) -> None:
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()


def test_a_press_before_the_script_is_there_is_no_press(page: Page, world: World, person: DemoPerson) -> None:
    """On a slow line the page is seen before it can ask for a passkey; its form would go without one."""
    keys, held = Keys(page), list[Route]()
    keys.plug_in()
    signed_in(page, world, person)
    page.route("**/passkey-create*", lambda route: held.append(route))  # noqa: PLW0108 - it is given an attribute
    # The page may be seen before the script is asked for.
    with page.expect_request("**/passkey-create*"):
        page.get_by_role("link", name="Add a passkey").click(no_wait_after=True)
    button = page.get_by_role("button", name="Add a passkey")
    expect(button).to_be_disabled()
    held.pop().continue_()
    expect(button).to_be_focused()
    button.click()
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()


# --- Adding and signing in --------------------------------------------------------------------------------------------
@pytest.mark.spec("WebAuthn L3", "7.1")
def test_a_passkey_from_first_to_last(page: Page, world: World, person: DemoPerson) -> None:
    keys = Keys(page)
    keys.plug_in()
    signed_in(page, world, person)
    look_at(page, "passkeys-none")
    page.get_by_role("link", name="Add a passkey").click()
    look_at(page, "passkey-add")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept my codes").click()
    expect(page.locator("#passkeys li")).to_have_count(1)
    # The password alone looks and changes nothing from now on; the strongest factor is asked for.
    look_at(page, "passkeys-look-only")
    keys.answer(does=False)
    page.get_by_role("link", name="Sign in again").click()
    name_yourself(page, person.email)
    give_password(page, person.password)
    expect(page.get_by_role("heading", name="Use your passkey")).to_be_visible()
    look_at(page, "passkey-second")
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    at_list(page)
    page.locator("#passkeys summary").click()
    page.get_by_label("Name", exact=True).fill("My phone")
    look_at(page, "passkeys-change")
    page.get_by_role("button", name="Save the name").click()
    expect(page.locator("#passkeys .factor__name")).to_have_text("My phone")

    # A second one on a security key; then the first is removed, and does not work any more.
    keys.unplug()
    keys.plug_in(transport="usb", defaultBackupEligibility=False, defaultBackupState=False)
    add_passkey(page)
    expect(page.locator("#passkeys li")).to_have_count(2)
    look_at(page, "passkeys-two")
    page.locator("#passkeys summary").first.click()
    page.get_by_role("button", name="Remove this passkey").first.click()
    expect(page.locator("#passkeys li")).to_have_count(1)


@pytest.mark.spec("WebAuthn L3", "7.2")
def test_the_button_of_the_first_page_signs_in(page: Page, world: World, person: DemoPerson) -> None:
    # A device that waits to be touched: the field's own list would else be faster than the button.
    keys = with_passkey(page, world, person)
    keys.answer(does=False)
    security(page, world)
    look_at(page, "passkey-first-page")
    keys.answer(does=True)
    page.get_by_role("link", name="Sign in with a passkey").click()
    at_list(page)


@pytest.mark.spec("WebAuthn L3", "5.1.4")
def test_the_list_of_the_field_signs_in(page: Page, world: World, person: DemoPerson) -> None:
    with_passkey(page, world, person)
    # Nobody presses anything: Chromium's stand-in for a person picks the passkey from the field's list.
    security(page, world)
    at_list(page)


def test_it_is_asked_for_after_the_password(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person)
    keys.answer(does=False)
    security(page, world)
    sign_in(page, username=person.email, password=person.password)
    expect(page.get_by_role("heading", name="Use your passkey")).to_be_visible()
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    at_list(page)


def test_two_tabs_of_one_browser(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person)
    keys.answer(does=False)
    other = page.context.new_page()
    security(other, world)
    name_yourself(other, person.email)
    # By the page of the passkey: on the first page the field's own list may be faster than any click.
    to_passkey_page(page, world, person)
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    at_list(page)
    # The other tab finds itself signed in.
    other.reload()
    at_list(other)


@pytest.mark.spec("WebAuthn L3", "7.1")
def test_adding_may_be_broken_off_and_begun_again(page: Page, world: World, person: DemoPerson) -> None:
    keys = Keys(page)
    keys.plug_in()
    signed_in(page, world, person)
    page.get_by_role("link", name="Add a passkey").click()
    keys.cancel_next()
    page.get_by_role("button", name="Add a passkey").click()
    refused(page, "No passkey was made", "passkey-add-cancelled")
    assert keys.held() == []
    # By the same button, without a way round.
    keys.answer(does=True)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept my codes").click()
    expect(page.locator("#passkeys li")).to_have_count(1)


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.2")
def test_a_passkey_of_an_account_nobody_proved_leads_to_a_new_password(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person)
    keys.answer(does=False)
    # Ids follow time: the newest account is theirs.
    made_unproven = world.change_rows(
        "UPDATE accounts_user SET email_verified = 0, email_verified_at = NULL WHERE id = (SELECT max(id) FROM accounts_user)"
    )
    assert made_unproven == 1
    forget_messages(world)
    # By the page of the passkey: on the first page the field's own list may be faster than any click.
    to_passkey_page(page, world, person)
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    page.get_by_label("Code").fill(read_code(page, world))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("your passkey is part of it")
    assert_accessible(page, "a new password after a void passkey")
    look_at(page, "new-password-void-passkey")
    keys.answer(does=False)
    page.get_by_label("New password", exact=True).fill("seventeen copper kettles sing")
    page.get_by_role("button", name="Save the new password").click()
    give_password(page, "seventeen copper kettles sing")
    at_list(page)
    expect(page.locator("#passkeys li")).to_have_count(0)


# --- What a device may refuse -----------------------------------------------------------------------------------------
def refused(page: Page, sentence: str, name: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    look_at(page, name)


def to_passkey_page(page: Page, world: World, person: DemoPerson) -> None:
    security(page, world)
    name_yourself(page, person.email)
    page.get_by_role("link", name="Use a passkey instead").click()
    expect(page.get_by_role("heading", name="Use your passkey")).to_be_visible()


def test_an_owner_who_is_not_recognised_is_told_and_may_try_again(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person)
    keys.verify(does=False)
    to_passkey_page(page, world, person)
    page.get_by_role("button", name="Use your passkey").click()
    refused(page, "Nothing was confirmed", "passkey-refused")
    keys.verify(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    at_list(page)


def test_no_key_here_and_a_way_on(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person)
    keys.forget()
    to_passkey_page(page, world, person)
    page.get_by_role("button", name="Use your passkey").click()
    refused(page, "this device has no passkey", "passkey-none-here")
    page.get_by_role("link", name="Use your password instead").click()
    expect(page.get_by_label("Email or phone")).to_be_visible()


def test_a_browser_without_passkeys_says_so_and_offers_another_way(new_visit: NewVisit, world: World, person: DemoPerson) -> None:
    visit = new_visit()
    visit.context.add_init_script("delete window.PublicKeyCredential;")
    page = visit.page()
    to_passkey_page(page, world, person)
    refused(page, "This browser cannot use passkeys", "passkey-unsupported")


def test_a_device_that_holds_one_already_is_told(page: Page, world: World, person: DemoPerson) -> None:
    with_passkey(page, world, person)
    security(page, world)
    at_list(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    refused(page, "already has a passkey", "passkey-already")


@pytest.mark.spec("WebAuthn L3", "14.5.1")
def test_a_time_that_ran_out_is_told_and_there_is_another_try(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person)
    keys.answer(does=False)
    to_passkey_page(page, world, person)
    keys.shorten_time()
    page.get_by_role("button", name="Use your passkey").click()
    refused(page, "That took too long", "passkey-late")
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    at_list(page)


@pytest.mark.spec("WebAuthn L3", "6.1.1")
def test_a_copy_of_a_security_key_is_found_out(page: Page, world: World, person: DemoPerson) -> None:
    keys = with_passkey(page, world, person, defaultBackupEligibility=False, defaultBackupState=False)
    copy = keys.held()[0]
    keys.answer(does=False)
    to_passkey_page(page, world, person)
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    at_list(page)
    # The copy stands where the key stood before.
    page.context.clear_cookies()
    keys.forget()
    keys.put(copy)
    keys.answer(does=False)
    to_passkey_page(page, world, person)
    keys.answer(does=True)
    page.get_by_role("button", name="Use your passkey").click()
    refused(page, "another device may hold a copy", "passkey-copied")


# --- What the browser does by itself ----------------------------------------------------------------------------------
# The stand-in of a browser with a password manager that has just filled in the password. Nothing that runs later takes it back.
_MANAGER = """
if (globalThis.PublicKeyCredential) {
  const getClientCapabilities = () => Promise.resolve({ conditionalCreate: true });
  Object.defineProperty(PublicKeyCredential, "getClientCapabilities", { value: getClientCapabilities, writable: false });
  const create = navigator.credentials.create.bind(navigator.credentials);
  navigator.credentials.create = ({ mediation, ...wish }) => {
    globalThis.name = mediation;
    return create(wish);
  };
}
"""


def signed_in_by_a_browser_that_offers_it(page: Page, world: World, person: DemoPerson) -> None:
    """By a password that is sent when the page has found out; sent before, the sign-in simply ends without the offer."""
    security(page, world)
    name_yourself(page, person.email)
    expect(page.locator("input[name='upgrade']")).to_have_value("1")
    give_password(page, person.password)
    at_list(page)


@pytest.mark.spec("WebAuthn L3", "5.1.3")
def test_a_browser_that_offers_it_makes_a_passkey_after_the_password(
    new_visit: NewVisit, world: World, person: DemoPerson
) -> None:
    visit = new_visit()
    visit.context.add_init_script(_MANAGER)
    page = visit.page()
    keys = Keys(page)
    keys.plug_in()
    signed_in_by_a_browser_that_offers_it(page, world, person)
    assert page.evaluate("() => globalThis.name") == "conditional"
    expect(page.locator("#passkeys li")).to_have_count(1)
    assert len(keys.held()) == 1


def test_where_the_browser_makes_none_the_sign_in_goes_on(new_visit: NewVisit, world: World, person: DemoPerson) -> None:
    visit = new_visit()
    visit.context.add_init_script(_MANAGER)
    page = visit.page()
    Keys(page)
    signed_in_by_a_browser_that_offers_it(page, world, person)
    expect(page.locator("#passkeys li")).to_have_count(0)
