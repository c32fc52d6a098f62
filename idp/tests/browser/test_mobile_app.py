"""A native app signs in through the system browser (RFC 8252): consent is asked each time, although the app is our own."""

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import sign_in
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.mobile_app import FAREWELL, MobileApp
from idp.tests.browser.visit import Visit


def expect_consent(page: Page) -> None:
    """The page that asks: which app, on whose behalf, for what, and where the answer goes."""
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
    expect(page.get_by_text("Fashionistar app", exact=True)).to_be_visible()
    expect(page.locator(".account__name")).to_contain_text(SHOPPER.profile["given_name"])
    expect(page.get_by_text("127.0.0.1")).to_be_visible()
    expect(page.locator("[data-scope]")).to_have_count(3)


@pytest.mark.spec("RFC 8252", "8.6")
def test_consent_then_code_then_tokens_then_who_it_is(page: Page, visit: Visit, app: MobileApp) -> None:
    page.goto(app.authorize_url())
    expect(page.get_by_text("to continue to Fashionistar app")).to_be_visible()
    sign_in(page)
    expect_consent(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()

    arrival = app.arrival()
    assert arrival.answer.keys() == {"code", "state", "iss"}
    assert (arrival.answer["state"], arrival.answer["iss"]) == (app.state, app.world.issuer)
    tokens = app.redeem(arrival.answer["code"])
    assert tokens.status_code == 200
    assert tokens.json()["token_type"] == "Bearer"
    told = app.userinfo(tokens.json()["access_token"]).json()
    assert (told["email"], told["name"]) == (SHOPPER.email, SHOPPER.profile["name"])

    # A code works once, and a second use ends what the first one got (RFC 6749 §4.1.2).
    assert app.redeem(arrival.answer["code"]).json()["error"] == "invalid_grant"
    assert app.userinfo(tokens.json()["access_token"]).status_code == 401


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode", "2")
def test_an_answer_by_form_leaves_without_a_press(page: Page, app: MobileApp) -> None:
    page.goto(app.authorize_url(response_mode="form_post"))
    sign_in(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    arrival = app.arrival()
    assert arrival.path == "/callback"
    assert arrival.posted.keys() == {"code", "state", "iss"}
    assert (arrival.posted["state"], arrival.posted["iss"]) == (app.state, app.world.issuer)
    assert "fst_ac_" not in arrival.headers.get("Referer", "")
    assert app.redeem(arrival.posted["code"]).status_code == 200
    # Back does not send it again: a second use would end what the first one got.
    page.go_back()
    assert app.heard_nothing()


_POST_FROM_HERE = """([address, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""


def post_from_another_site(page: Page, app: MobileApp, url: str) -> None:
    """A page of the app's site, which is another one than the provider's, posts what this address says."""
    page.goto(f"{app.origin}/")
    address, _, query = url.partition("?")
    page.evaluate(_POST_FROM_HERE, [address, dict(parse_qsl(query))])


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_request_posted_from_another_site_finds_the_session(page: Page, visit: Visit, app: MobileApp) -> None:
    page.goto(app.authorize_url())
    sign_in(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    app.arrival()
    # The post itself carries no cookie of ours; the page it leads to does.
    post_from_another_site(page, app, app.authorize_url())
    expect_consent(page)
    assert "cookie" not in visit.asked("/oauth2/authorize")[-1].all_headers()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    assert app.redeem(app.arrival().answer["code"]).status_code == 200


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_a_sign_out_posted_from_another_site_asks_whoever_is_signed_in(page: Page, app: MobileApp) -> None:
    page.goto(app.authorize_url())
    sign_in(page)
    page.get_by_role("button", name="Allow").click()
    app.arrival()
    post_from_another_site(page, app, f"{app.world.issuer}/oauth2/logout?state=s")
    expect(page.locator("#logout-confirm")).to_be_visible()
    expect(page.locator(".account__name")).to_contain_text(SHOPPER.profile["given_name"])
    # Asked, and nothing more.
    page.goto(app.authorize_url())
    expect_consent(page)


def test_denying_is_an_answer_as_well(page: Page, app: MobileApp) -> None:
    page.goto(app.authorize_url())
    sign_in(page)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    answer = app.arrival().answer
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", app.state, app.world.issuer)
    assert "code" not in answer


@pytest.mark.spec("RFC 8252", "8.6")
def test_the_second_sign_in_asks_no_password_but_asks_consent_again(page: Page, app: MobileApp) -> None:
    page.goto(app.authorize_url())
    sign_in(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    app.arrival()

    page.goto(app.authorize_url())
    expect_consent(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    assert app.redeem(app.arrival().answer["code"]).status_code == 200
    # Silence is no consent either (OIDC Core §3.1.2.6).
    page.goto(app.authorize_url(prompt="none"))
    assert app.arrival().answer["error"] == "consent_required"


@pytest.mark.spec("RFC 9700", "4.12")
def test_the_password_goes_to_one_address_once(page: Page, visit: Visit, app: MobileApp) -> None:
    page.goto(app.authorize_url())
    sign_in(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()

    with_password = [request for request in visit.requests if SHOPPER.password in (request.post_data or "")]
    assert [request.method for request in with_password] == ["POST"]
    # Whatever followed the form was a GET of its own: 303, not 307, which would send the password again.
    after = visit.requests[visit.requests.index(with_password[0]) + 1 :]
    redirected = [request for request in after if request.redirected_from]
    assert [request.method for request in redirected] == ["GET"] * len(redirected) != []
    answers = [request.redirected_from.response() for request in redirected if request.redirected_from]
    assert {answer.status for answer in answers if answer} == {303}


@pytest.mark.spec("RFC 9700", "4.2.4")
def test_the_app_learns_nothing_of_our_addresses(page: Page, visit: Visit, app: MobileApp, world: World) -> None:
    page.goto(app.authorize_url())
    sign_in(page)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    headers = {name.lower(): value for name, value in app.arrival().headers.items()}
    assert headers.get("referer", "") in {"", f"{world.issuer}/"}

    # Nor does the shop: what the browser tells it on the way back, and what the shop tells its backend.
    sign_in_at_shop_again = visit.page()
    sign_in_at_shop_again.goto(world.shop)
    sign_in_at_shop_again.get_by_role("button", name="Sign in with Fashionistar").click()
    expect(sign_in_at_shop_again.get_by_text("You are signed in.")).to_be_visible()
    (callback,) = visit.asked("/callback")[-1:]
    assert callback.url.startswith(world.shop)
    assert callback.all_headers().get("referer", "") in {"", f"{world.issuer}/"}


def test_two_tabs_with_two_clients_do_not_mix(page: Page, visit: Visit, app: MobileApp, world: World) -> None:
    # Both sign-ins wait at the same page of the same browser.
    page.goto(world.shop)
    page.get_by_role("button", name="Sign in with Fashionistar").click()
    expect(page.get_by_text("to continue to Fashionistar demo shop")).to_be_visible()
    other_tab = visit.page()
    other_tab.goto(app.authorize_url())
    expect(other_tab.get_by_text("to continue to Fashionistar app")).to_be_visible()

    # The shop's is finished first; the app's goes on with that session, and still asks for itself.
    sign_in(page)
    expect(page.get_by_text("You are signed in.")).to_be_visible()
    assert app.heard_nothing()
    other_tab.get_by_label("Email or phone").fill(SHOPPER.email)
    other_tab.get_by_role("button", name="Continue").click()
    # Signing in renewed the secret that forms carry; the page says so, and its button is the way on.
    expect(other_tab.locator("#error-code")).to_have_text("csrf_failed")
    other_tab.get_by_role("link", name="Reload the page").click()
    expect_consent(other_tab)
    other_tab.get_by_role("button", name="Allow").click()
    expect(other_tab.get_by_text(FAREWELL)).to_be_visible()

    answer = app.arrival().answer
    assert answer["state"] == app.state
    assert app.redeem(answer["code"]).status_code == 200
    page.get_by_role("button", name="Call the backend").click()
    expect(page.locator("#introspection-claims [data-claim=client_id]")).to_have_text("demo-spa")


def test_two_tabs_of_one_sign_in_can_both_be_finished(page: Page, visit: Visit, app: MobileApp, world: World) -> None:
    """The app's sign-in is finished first, then the shop's waiting page goes straight on."""
    page.goto(app.authorize_url())
    waiting = visit.page()
    waiting.goto(world.shop)
    waiting.get_by_role("button", name="Sign in with Fashionistar").click()
    expect(waiting.get_by_text("to continue to Fashionistar demo shop")).to_be_visible()

    sign_in(page)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text(FAREWELL)).to_be_visible()
    waiting.reload()
    expect(waiting.get_by_text("You are signed in.")).to_be_visible()
    assert app.arrival().answer["error"] == "access_denied"
    assert app.heard_nothing()
