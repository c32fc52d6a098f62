"""Sign-in with Google from the shop: agreed, joined, in; the next time without a question; and the ways it can fail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from idp.federation.tests.mock_upstream import CLIENT_ID, CLIENT_SECRET, MockUpstream
from idp.tests.browser.actions import expect_greeting, give_password, leave_for_sign_in
from idp.tests.browser.console import open_view
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.visit import Visit


@pytest.fixture(scope="module")
def google() -> Iterator[MockUpstream]:
    """Google on this machine."""
    mock = MockUpstream()
    yield mock
    mock.close()


@pytest.fixture(scope="module")
def connected(google: MockUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose operator switched it on."""
    given = {"SIGN_IN": "on", "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "URL": google.origin}
    made = World(tmp_path_factory.mktemp("connected"), **{f"IDP_GOOGLE_{name}": value for name, value in given.items()})
    try:
        made.start()
        made.populate()
        yield made
    finally:
        made.stop()


@pytest.fixture
def traveller(chromium: Browser, connected: World, google: MockUpstream) -> Iterator[Visit]:
    """A browser in that world; at the end it is judged like every other."""
    visit = Visit(chromium.new_context(), connected)
    visit.expect_app(google.origin)
    yield visit
    complaints = visit.complaints()
    visit.context.close()
    assert not complaints, "\n".join(complaints)


@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_somebody_joins_with_google_and_comes_back_without_a_question(
    traveller: Visit, connected: World, chromium: Browser, google: MockUpstream
) -> None:
    page = traveller.page()
    leave_for_sign_in(page, connected)
    look_at(page, "sign-in-elsewhere")
    page.get_by_role("button", name="Continue with Google").click()
    # No at first, and back with the way on.
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("The other service did not tell us who you are")).to_be_visible()
    look_at(page, "elsewhere-denied")
    page.get_by_role("link", name="Sign in another way").click()
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_text("Google confirmed that ngozi@example.com is yours.")).to_be_visible()
    look_at(page, "join")
    page.get_by_role("button", name="Create my account").click()
    expect_greeting(page)

    # Another day, another browser.
    visit = Visit(chromium.new_context(), connected)
    visit.expect_app(google.origin)
    again = visit.page()
    leave_for_sign_in(again, connected)
    again.get_by_role("button", name="Continue with Google").click()
    again.get_by_role("link", name="Continue").click()
    expect_greeting(again)
    again.goto(f"{connected.issuer}/account/security")
    expect(again.get_by_role("heading", name="Sign-in with other services")).to_be_visible()
    look_at(again, "security-services")
    again.get_by_role("button", name="Disconnect Google").click()
    expect(again.get_by_role("alert")).to_contain_text("This is the only way in to your account.")
    # The console says the same.
    open_view(again, connected, "security")
    again.get_by_role("button", name="Disconnect: Google").click()
    expect(again.get_by_role("alert")).to_contain_text("This is the only way in to your account.")
    look_at(again, "console-services")
    assert visit.complaints() == []
    visit.context.close()


def test_an_account_with_the_address_is_proven_first(traveller: Visit, connected: World, google: MockUpstream) -> None:
    google.person = {**google.person, "sub": "7", "email": "ada@example.org"}
    password = "seventeen copper kettles sing"
    connected.manage("create_user", "--email", "ada@example.org", "--verified", "--password-stdin", stdin=password)
    page = traveller.page()
    leave_for_sign_in(page, connected)
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_text("Google is not connected to an account here yet.")).to_be_visible()
    look_at(page, "elsewhere-proven-first")
    give_password(page, password)
    expect_greeting(page)
