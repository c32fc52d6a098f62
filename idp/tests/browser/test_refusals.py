"""What a person reads when a sign-in cannot go on: at our pages by code and sentence, at the shop by its own sentence."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page, Route, expect

from idp.tests.browser.actions import (
    expect_greeting,
    give_password,
    leave_for_sign_in,
    name_yourself,
    sign_in,
    sign_in_at_shop,
)
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.mobile_app import MobileApp
from idp.tests.browser.visit import Visit

NOT_RIGHT = "That e-mail, phone number or password is not right. Please check them and try again."


def expect_error(page: Page, world: World, *, code: str, sentence: str) -> None:
    """An error page of the provider: what happened, a code, a reference; and the person was sent nowhere."""
    expect(page.locator("#error-code")).to_have_text(code)
    expect(page.locator("#error-message")).to_contain_text(sentence)
    expect(page.locator("#error-reference")).to_have_text(re.compile(r"\S{8,}"))
    assert page.url.startswith(world.issuer)


def with_query(url: str, **members: str) -> str:
    """The same address with these query members set."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **members})))


# --- At the password page -----------------------------------------------------------------------------------------------
def test_a_wrong_password_and_an_unknown_account_read_alike(page: Page, world: World) -> None:
    leave_for_sign_in(page, world)
    sign_in(page, password="not-the-password")
    expect(page.get_by_role("alert")).to_have_text(NOT_RIGHT)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    wrong = page.locator("main").inner_text()

    page.get_by_role("link", name="Not you?").click()
    expect(page.get_by_label("Email or phone")).to_have_value("")
    sign_in(page, username="nobody@example.com", password="not-the-password")
    expect(page.get_by_role("alert")).to_have_text(NOT_RIGHT)
    assert page.locator("main").inner_text() == wrong.replace(SHOPPER.email, "nobody@example.com")

    # Nothing is lost: the same page lets the right person in.
    page.get_by_role("link", name="Not you?").click()
    sign_in(page)
    expect_greeting(page)


def test_what_is_neither_address_nor_number_is_told_at_the_field(page: Page, world: World) -> None:
    leave_for_sign_in(page, world)
    name_yourself(page, "ada at example")
    field = page.get_by_label("Email or phone")
    expect(field).to_have_value("ada at example")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_username-error")).to_have_text(
        "Please enter a valid email address, such as name@example.com, or a phone number."
    )
    assert "id_username-error" in str(field.get_attribute("aria-describedby")).split()


# --- Requests that no client of ours made -------------------------------------------------------------------------------
def test_an_unknown_client_is_told_so_here(page: Page, world: World, app: MobileApp) -> None:
    page.goto(app.authorize_url(client_id="nobody"))
    expect_error(page, world, code="unknown_client", sentence="The application that sent you here is not known to us.")
    assert app.heard_nothing()


@pytest.mark.spec("RFC 6749", "4.1.2.1")
def test_an_unregistered_redirect_is_shown_and_never_followed(page: Page, visit: Visit, world: World, app: MobileApp) -> None:
    for address in (f"{app.origin}/other", f"http://localhost:{app.origin.rpartition(':')[2]}/callback"):
        page.goto(app.authorize_url(redirect_uri=address))
        expect_error(page, world, code="invalid_redirect_uri", sentence="an address that is not registered for it")
    assert app.heard_nothing()
    assert {request.url for request in visit.requests if not request.url.startswith(world.issuer)} == set()


def test_a_request_the_shop_may_not_make_is_told_by_the_shop(page: Page, visit: Visit, world: World) -> None:
    visit.context.route("**/oauth2/authorize?*", ask_also(scope="openid admin"))
    page.goto(world.shop)
    page.get_by_role("button", name="Sign in with Fashionistar").click()
    expect(page.locator("#failure-sentence")).to_contain_text("does not accept this shop's request")


# --- The person says no -------------------------------------------------------------------------------------------------
def test_denied_consent_is_told_by_the_shop(page: Page, visit: Visit, world: World) -> None:
    visit.context.route("**/oauth2/authorize?*", ask_also(prompt="consent"))
    leave_for_sign_in(page, world)
    sign_in(page)
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
    expect(page.get_by_text("Fashionistar demo shop")).to_be_visible()
    page.get_by_role("button", name="Deny").click()
    expect(page.locator("#failure-sentence")).to_have_text(
        "You chose not to share your account, so you are not signed in. You can sign in whenever you like."
    )
    expect(page.get_by_role("button", name="Sign in with Fashionistar")).to_be_visible()


def ask_also(**members: str) -> Callable[[Route], None]:
    """Changes the authorization request of the shop on its way."""

    def change(route: Route) -> None:
        wanted = with_query(route.request.url, **members)
        if wanted == route.request.url:
            route.continue_()
        else:
            route.fulfill(status=302, headers={"Location": wanted})

    return change


# --- Codes --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", ["expires = '2020-01-01 00:00:00'", "exchanged_at = expires"], ids=["expired", "used"])
def test_a_code_that_came_too_late_or_twice_is_told_in_a_sentence(page: Page, visit: Visit, world: World, change: str) -> None:
    def delay(route: Route) -> None:
        # While the code is on its way to the token endpoint time passes, or somebody else uses it.
        assert world.change_rows(f"UPDATE oidc_authorizationcode SET {change} WHERE exchanged_at IS NULL") >= 1  # noqa: S608
        route.continue_()

    visit.context.route("**/oauth2/token", delay)
    leave_for_sign_in(page, world)
    sign_in(page)
    expect(page.locator("#failure-sentence")).to_have_text("This sign-in took too long or was used already. Start again.")
    expect(page.locator("#failure-code")).to_have_text("invalid_grant")

    # The button beside the sentence is the way on, and the session makes it quick.
    visit.context.unroute("**/oauth2/token")
    page.locator("#failure-next").click()
    expect_greeting(page)


def test_a_callback_address_that_is_opened_again_is_told_in_a_sentence(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    (callback,) = visit.asked("/callback")
    page.goto(callback.url)
    expect(page.locator("#failure-sentence")).to_have_text(
        "This sign-in was not started in this tab, or was finished already. Start again from here."
    )
    expect(page.locator("#backstage")).to_be_hidden()
    assert page.url == f"{world.shop}/"


@pytest.mark.spec("RFC 9207", "2.4")
def test_an_answer_of_another_issuer_is_not_used(page: Page, visit: Visit, world: World) -> None:
    leave_for_sign_in(page, world)
    (request,) = [asked for asked in visit.asked("/oauth2/authorize") if asked.method == "GET"]
    state = dict(parse_qsl(urlsplit(request.url).query))["state"]
    page.goto(f"{world.shop}/callback?{urlencode({'code': 'stolen', 'state': state, 'iss': 'https://attacker.example'})}")
    expect(page.locator("#failure-sentence")).to_contain_text("The answer did not come from Fashionistar sign-in")
    assert not visit.asked("/oauth2/token")


# --- Pages of a sign-in that is not this browser's, or is over ----------------------------------------------------------
@pytest.mark.spec("RFC 9700", "4.7")
def test_a_sign_in_can_be_answered_only_where_it_began(page: Page, visit: Visit, world: World, new_visit: NewVisit) -> None:
    leave_for_sign_in(page, world)
    stranger = new_visit().page()
    interaction = next(request.url for request in visit.requests if "/interaction/" in request.url)
    for address in (page.url, interaction):
        stranger.goto(address)
        expect_error(stranger, world, code="wrong_browser", sentence="was started in another browser")
    # The owner is not disturbed.
    sign_in(page)
    expect_greeting(page)


def test_a_sign_in_page_that_was_used_is_expired(page: Page, visit: Visit, world: World) -> None:
    leave_for_sign_in(page, world)
    address = page.url
    sign_in(page)
    expect_greeting(page)
    page.goto(address)
    expect_error(page, world, code="login_expired", sentence="This sign-in page has expired or was used already.")
    interaction = next(request.url for request in visit.requests if "/interaction/" in request.url)
    page.goto(interaction)
    expect_error(page, world, code="interaction_expired", sentence="Please go back to the application and sign in again.")


def test_an_unknown_address_is_a_page_with_a_way_on(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/no-such-page")
    expect_error(page, world, code="not_found", sentence="We could not find that page.")


# --- Programs that are stopped ------------------------------------------------------------------------------------------
def test_stopped_programs_are_told_in_sentences(new_visit: NewVisit, fragile_world: World) -> None:
    world = fragile_world
    page = new_visit().page()
    sentence = page.locator("#failure-sentence")
    sign_in_at_shop(page, world)
    page.get_by_role("button", name="Call the backend").click()
    expect(page.get_by_text("This is what we know about you.")).to_be_visible()

    # A backend that cannot ask the provider lets nobody in.
    world.stop("provider")
    page.get_by_role("button", name="Call the backend").click()
    expect(sentence).to_have_text("The shop's backend cannot check your sign-in at the moment. Try again shortly.")
    world.stop("example-backend")
    page.get_by_role("button", name="Call the backend").click()
    expect(sentence).to_contain_text("The shop's backend does not answer.")
    page.get_by_role("button", name="Sign out").click()
    expect(sentence).to_contain_text("You are signed out of this page, but Fashionistar sign-in does not answer")
    page.get_by_role("button", name="Sign in with Fashionistar").click()
    expect(sentence).to_contain_text("Fashionistar sign-in does not answer. It may be stopped or restarting")

    # Back again: the button of the notice goes on where the person stood.
    world.start("provider", "example-backend")
    page.get_by_role("button", name="Try again").click()
    expect_greeting(page)


def test_a_sign_in_page_that_the_provider_forgot_is_expired(new_visit: NewVisit, fragile_world: World) -> None:
    world = fragile_world
    page = new_visit().page()
    leave_for_sign_in(page, world)
    name_yourself(page)
    world.stop("provider")
    world.start("provider")
    give_password(page)
    expect_error(page, world, code="login_expired", sentence="Please go back to the application and sign in again.")
    page.locator("#error-action").click()
    expect(page.get_by_role("heading", name="Fashionistar accounts")).to_be_visible()
