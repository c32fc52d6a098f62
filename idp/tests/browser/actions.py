"""What a person does at the pages, in the words the pages use."""

from playwright.sync_api import Page, expect

from idp.tests.browser.live import SHOPPER, World

_INTROSPECTION = "#introspection-claims"


def name_yourself(page: Page, username: str = SHOPPER.email) -> None:
    """First step of a sign-in."""
    page.get_by_label("Email or phone").fill(username)
    page.get_by_role("button", name="Continue", exact=True).click()


def give_password(page: Page, password: str = SHOPPER.password) -> None:
    """Second step of a sign-in."""
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in(page: Page, *, username: str = SHOPPER.email, password: str = SHOPPER.password) -> None:
    """Both steps."""
    name_yourself(page, username)
    give_password(page, password)


def leave_for_sign_in(page: Page, world: World) -> None:
    """Open the shop and press its button; ends at the provider's first page."""
    page.goto(world.shop)
    page.get_by_role("button", name="Sign in with Fashionistar").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def sign_in_at_shop(page: Page, world: World) -> None:
    """From the shop's front page to its greeting."""
    leave_for_sign_in(page, world)
    sign_in(page)
    expect_greeting(page)


def expect_greeting(page: Page) -> None:
    """The shop says that somebody is signed in."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good to see you")
    expect(page.get_by_text("You are signed in.")).to_be_visible()


def call_the_backend(page: Page) -> dict[str, str]:
    """Press the button; the introspection answer as the page shows it, by claim."""
    page.get_by_role("button", name="Call the backend").click()
    expect(page.get_by_text("This is what we know about you.")).to_be_visible()
    return shown_claims(page, _INTROSPECTION)


def shown_claims(page: Page, of: str) -> dict[str, str]:
    """A list of claims as the page shows it."""
    rows = page.locator(f"{of} dd").all()
    return {str(row.get_attribute("data-claim")): row.inner_text() for row in rows}


def sign_out_at_shop(page: Page) -> None:
    """Press the button; ends at the shop again."""
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#success-sentence")).to_have_text("You are signed out.")
