"""Sign-in with Google from the shop: agreed, joined, in; the next time without a question; and the ways it can fail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from idp.federation.tests.mock_upstream import CLIENT_ID, CLIENT_SECRET, PERSON, MockUpstream
from idp.tests.browser.actions import expect_greeting, give_password, leave_for_sign_in, name_yourself
from idp.tests.browser.console import open_view
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.looks import look_at
from idp.tests.browser.visit import Visit


@pytest.fixture(scope="module")
def google() -> Iterator[MockUpstream]:
    """Google on this machine, and Facebook beside it."""
    mock = MockUpstream()
    yield mock
    mock.close()


@pytest.fixture(autouse=True)
def honest_again(google: MockUpstream) -> Iterator[None]:
    """What a test made it say ends with the test."""
    yield
    google.person, google.claims, google.told, google.answer = dict(PERSON), {}, {}, {}


@pytest.fixture(scope="module")
def connected(google: MockUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose operator switched both services on."""
    given = {"SIGN_IN": "on", "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "URL": google.origin}
    variables = {f"IDP_{service}_{name}": value for service in ("GOOGLE", "FACEBOOK") for name, value in given.items()}
    made = World(tmp_path_factory.mktemp("connected"), **variables)
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
    google.person |= {"sub": "7", "email": "ada@example.org"}
    password = "seventeen copper kettles sing"
    connected.manage("create_user", "--email", "ada@example.org", "--verified", "--password-stdin", stdin=password)
    page = traveller.page()
    go_there_and_back(page, connected)
    expect(page.get_by_text("Google is not connected to an account here yet.")).to_be_visible()
    look_at(page, "elsewhere-proven-first")
    give_password(page, password)
    expect_greeting(page)

    # Whoever holds that address there under another number is somebody else here.
    google.person |= {"sub": "8"}
    page.context.clear_cookies()
    go_there_and_back(page, connected)
    expect(page.get_by_text("Google is not connected to an account here yet.")).to_be_visible()


def test_an_address_that_google_did_not_check_opens_and_makes_nothing(
    traveller: Visit, connected: World, google: MockUpstream
) -> None:
    google.person |= {"sub": "9", "email": SHOPPER.email, "email_verified": False}
    page = traveller.page()
    go_there_and_back(page, connected)
    expect(page.get_by_text("Google is not connected to an account here yet.")).to_be_visible()
    assert not page.url.startswith(connected.shop)


@pytest.mark.parametrize(
    ("claims", "answer"),
    [({"aud": "another-application"}, {}), ({"iss": "https://accounts.evil.example"}, {}), ({}, {"iss": "https://evil.example"})],
    ids=["another audience", "another issuer in the token", "a mixed-up issuer"],
)
def test_an_answer_that_is_not_for_us_is_told_of_with_a_way_on(
    traveller: Visit, connected: World, google: MockUpstream, claims: dict[str, str], answer: dict[str, str]
) -> None:
    google.claims, google.answer = claims, answer
    page = traveller.page()
    go_there_and_back(page, connected)
    expect(page.get_by_text("We could not make sure that the answer of the other service is genuine")).to_be_visible()
    page.get_by_role("link", name="Sign in another way").click()
    expect(page.get_by_role("button", name="Continue with Google")).to_be_visible()


def test_a_way_back_counts_once(traveller: Visit, connected: World, google: MockUpstream) -> None:
    google.person |= {"sub": "10", "email": "once@example.org"}
    page = traveller.page()
    go_there_and_back(page, connected)
    expect(page.get_by_text("Google confirmed that once@example.org is yours.")).to_be_visible()
    (back,) = traveller.asked("/federation/google/callback")
    page.goto(back.url)
    expect(page.get_by_text("Please start the sign-in again")).to_be_visible()


def test_facebook_proves_nobodys_address_and_knows_who_was_connected(
    traveller: Visit, connected: World, google: MockUpstream
) -> None:
    google.person |= {"sub": "1234567", "email": "uche@example.org"}
    password = "seventeen copper kettles sing"
    connected.manage("create_user", "--email", "uche@example.org", "--verified", "--password-stdin", stdin=password)
    page = traveller.page()
    go_there_and_back(page, connected, "Facebook")
    expect(page.get_by_text("Facebook is not connected to an account here yet.")).to_be_visible()
    name_yourself(page, "uche@example.org")
    give_password(page, password)
    expect_greeting(page)
    # The next time it is enough.
    page.context.clear_cookies()
    go_there_and_back(page, connected, "Facebook")
    expect_greeting(page)


def go_there_and_back(page: Page, world: World, service: str = "Google") -> None:
    """From the shop to the other service, where somebody is signed in and agrees."""
    leave_for_sign_in(page, world)
    page.get_by_role("button", name=f"Continue with {service}").click()
    page.get_by_role("link", name="Continue").click()
