"""The account console as a person meets it: an account for one test alone, and the way to a view."""

from playwright.sync_api import Locator, Page, expect

from idp.tests.browser.actions import sign_in
from idp.tests.browser.live import World

PASSWORD = "amara pleats linen by the lagoon"
HEADINGS = {
    "profile": "Your profile",
    "security": "How you sign in",
    "addresses": "Your addresses",
    "sessions": "Sessions and devices",
    "apps": "Connected applications",
    "privacy": "Your data",
}


def somebody(world: World, email: str) -> str:
    """An account of this test alone."""
    world.manage("create_user", "--email", email, "--role", "client", "--verified", "--password-stdin", stdin=PASSWORD)
    return email


def open_view(page: Page, world: World, view: str, *, as_whom: str = "") -> None:
    """The view, by its address; signs in on the way when somebody is named."""
    page.goto(f"{world.issuer}/account/console/{view}")
    if as_whom:
        sign_in(page, username=as_whom, password=PASSWORD)
    expect_view(page, view)


def expect_view(page: Page, view: str) -> None:
    """It is there, with everything it reads."""
    expect(page.get_by_role("heading", level=1, name=HEADINGS[view])).to_be_visible()
    expect(page.locator(".console__loading")).to_have_count(0)


def notice(page: Page) -> Locator:
    """What the last change came to."""
    return page.locator(".console__view .alert__text")


def grow_old(world: World) -> None:
    """Every sign-in was eleven minutes earlier."""
    world.change_rows("UPDATE login_ssosession SET auth_time = datetime(auth_time, '-11 minutes')")
