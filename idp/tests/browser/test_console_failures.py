"""What goes wrong in the account console: wrong passwords, a sign-in too old, a session that ended, no network, too often."""

from playwright.sync_api import Page, expect

from idp.tests.browser.actions import give_password, name_yourself, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.console import PASSWORD, expect_view, grow_old, notice, open_view, somebody
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.visit import Visit


def _change_password(page: Page, current: str, new: str) -> None:
    page.get_by_label("Current password", exact=True).fill(current)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_role("button", name="Change password").click()


def test_a_wrong_and_a_weak_password_are_said_beside_their_fields(page: Page, world: World) -> None:
    open_view(page, world, "security", as_whom=somebody(world, "wrong@console.example"))
    _change_password(page, "not my password", "seventeen copper kettles sing")
    expect(page.get_by_role("alert")).to_contain_text("That is not your current password.")
    expect(page.get_by_label("Current password", exact=True)).to_be_focused()
    _change_password(page, PASSWORD, "iloveyou")
    expect(page.get_by_label("New password", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("New password", exact=True)).to_be_focused()
    look_at(page, "console-security-refused")


def test_too_many_guesses_wait(page: Page, world: World) -> None:
    open_view(page, world, "security", as_whom=somebody(world, "guesses@console.example"))
    for _ in range(12):
        with page.expect_response("**/api/v1/account/password") as answer:
            _change_password(page, "not my password", "seventeen copper kettles sing")
        if answer.value.status == 429:
            break
    expect(page.get_by_role("alert")).to_have_text(str(answer.value.json()["message"]))
    assert answer.value.status == 429


def test_what_was_typed_outlives_a_sign_in_that_was_too_old(page: Page, world: World) -> None:
    email = somebody(world, "old@console.example")
    open_view(page, world, "addresses", as_whom=email)
    page.get_by_label("New email address").fill("typed@console.example")
    grow_old(world)
    page.get_by_role("button", name="Change email address").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "console-too-old")
    page.get_by_role("link", name="Sign in again").click()
    name_yourself(page, email)
    give_password(page, PASSWORD)
    expect_view(page, "addresses")
    expect(page.get_by_label("New email address")).to_have_value("typed@console.example")


def test_an_old_sign_in_is_told_before_anything_is_typed(page: Page, world: World) -> None:
    email = somebody(world, "early@console.example")
    open_view(page, world, "profile", as_whom=email)
    grow_old(world)
    open_view(page, world, "security")
    expect(page.get_by_label("New password", exact=True)).to_have_count(0)
    look_at(page, "console-proof")
    page.get_by_role("link", name="Sign in again").click()
    name_yourself(page, email)
    give_password(page, PASSWORD)
    expect_view(page, "security")
    expect(page.get_by_label("New password", exact=True)).to_be_visible()


def test_a_session_that_ended_says_so_and_gives_back_what_was_typed(page: Page, world: World) -> None:
    email = somebody(world, "ended@console.example")
    open_view(page, world, "profile", as_whom=email)
    page.get_by_label("Last name").fill("Nwosu")
    world.change_rows("UPDATE login_ssosession SET ended_at = datetime('now'), end_reason = 'revoked'")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="You are signed out")).to_be_focused()
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, username=email, password=PASSWORD)
    expect_view(page, "profile")
    expect(page.get_by_label("Last name")).to_have_value("Nwosu")


def test_without_a_network_nothing_is_lost(visit: Visit, page: Page, world: World) -> None:
    open_view(page, world, "profile", as_whom=somebody(world, "offline@console.example"))
    page.get_by_label("Last name").fill("Nwosu")
    visit.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Fashionistar does not answer.")
    look_at(page, "console-offline")
    page.get_by_role("link", name="Your data").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    visit.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Yes, send me news")).to_be_visible()
    page.get_by_role("link", name="Your profile").click()
    expect(page.get_by_label("Last name")).to_have_value("Nwosu")
    page.get_by_role("button", name="Save").click()
    expect(notice(page)).to_have_text("Your changes are saved.")


def test_where_no_script_runs_the_plain_pages_are_one_step_away(new_visit: NewVisit, world: World) -> None:
    page = new_visit(java_script_enabled=False).page()
    page.goto(f"{world.issuer}/account/console")
    sign_in(page, username=somebody(world, "plain@console.example"), password=PASSWORD)
    look_at(page, "console-plain")
    page.get_by_role("link", name="Open the plain pages").click()
    expect(page.get_by_role("heading", level=1, name="Your account")).to_be_visible()
