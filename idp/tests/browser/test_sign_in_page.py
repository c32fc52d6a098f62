"""The sign-in pages themselves: light, usable by keyboard and without scripts, clear to password managers; and their cookies."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from idp.tests.browser.actions import leave_for_sign_in, name_yourself, sign_in, sign_in_at_shop
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.live import SHOPPER, World
from idp.tests.browser.mobile_app import FAREWELL, MobileApp
from idp.tests.browser.visit import Visit

_HEAVIEST = 50_000
_MOST_TABS = 12


def test_each_page_weighs_at_most_50_kb(world: World, new_visit: NewVisit) -> None:
    visit = new_visit()
    page = visit.page()
    received: list[Response] = []
    page.on("response", lambda response: received.append(response))  # noqa: PLW0108 - it is given an attribute

    leave_for_sign_in(page, world)
    page.wait_for_load_state("networkidle")
    first = _weights(received, world)
    # A browser that keeps nothing: the second page on its own weighs what a reload without a cache fetches.
    name_yourself(page)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    received.clear()
    visit.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.reload(wait_until="networkidle")
    second = _weights(received, world)

    for files in (first, second):
        assert {"document", "stylesheet", "image"} <= {kind for kind, _plain, _sent in files}
        assert sum(plain for _kind, plain, _sent in files) <= _HEAVIEST, files
        # Files are sent compressed, so that a slow phone waits for half of it at most.
        assert sum(sent for _kind, _plain, sent in files) <= _HEAVIEST / 2, files
    assert "script" in {kind for kind, _plain, _sent in second}


def _weights(received: list[Response], world: World) -> list[tuple[str, int, int]]:
    """Kind, plain bytes and sent bytes of each file of the provider; redirects have no body."""
    files = [response for response in received if response.url.startswith(world.issuer) and response.status == 200]
    return [
        (response.request.resource_type, len(response.body()), response.request.sizes()["responseBodySize"])
        for response in files
        if response.request.resource_type != "fetch"
    ]


def test_signing_in_needs_no_mouse(page: Page, world: World) -> None:
    page.goto(world.shop)
    expect(page.get_by_role("button", name="Sign in with Fashionistar")).to_be_visible()
    _tab_to(page, "hero-sign-in")
    page.keyboard.press("Enter")

    # The first field has the focus already; Enter in it would do as well as the button.
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(SHOPPER.email)
    _tab_to(page, "login-submit")
    page.keyboard.press("Enter")
    expect(page.locator("#id_password")).to_be_focused()
    page.keyboard.type(SHOPPER.password)
    _tab_to(page, "login-submit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed in.")).to_be_visible()


_RING = """() => {
  const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(document.activeElement);
  return {outlineStyle, outlineWidth, boxShadow};
}"""


def _tab_to(page: Page, element_id: str) -> None:
    """Press Tab until that element has the focus, and see that a person would notice (WCAG 2.2, 2.4.7)."""
    for _press in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == element_id:
            break
    expect(page.locator(f"#{element_id}")).to_be_focused()
    ring = page.evaluate(_RING)
    assert (ring["outlineStyle"] != "none" and float(ring["outlineWidth"].removesuffix("px")) >= 2) or ring["boxShadow"] != "none"


def test_signing_in_needs_no_script(world: World, new_visit: NewVisit) -> None:
    visit = new_visit(java_script_enabled=False)
    page = visit.page()
    with MobileApp(world) as app:
        visit.expect_app(app.origin)
        page.goto(app.authorize_url())
        sign_in(page, password="not-the-password")
        expect(page.get_by_role("alert")).to_contain_text("is not right")
        expect(page.get_by_role("button", name="Show password")).to_have_count(0)
        page.get_by_label("Password", exact=True).fill(SHOPPER.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_text(FAREWELL)).to_be_visible()
        assert app.redeem(app.arrival().answer["code"]).status_code == 200


@pytest.mark.spec("WCAG 2.2", "1.3.5")
def test_password_managers_find_both_fields(page: Page, world: World) -> None:
    leave_for_sign_in(page, world)
    username = page.get_by_label("Email or phone")
    for name, value in (("autocomplete", "username webauthn"), ("name", "username"), ("type", "text")):
        expect(username).to_have_attribute(name, value)
    name_yourself(page)
    password = page.get_by_label("Password", exact=True)
    for name, value in (("autocomplete", "current-password"), ("name", "password"), ("type", "password")):
        expect(password).to_have_attribute(name, value)
    # The user name stands in the same form, so that a manager files both together.
    named = page.locator("form:has(#id_password) input[autocomplete=username]")
    expect(named).to_have_value(SHOPPER.email)
    # A refused password is no success to remember.
    password.fill("not-the-password")
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name="Sign in", exact=True).click()
    assert navigation.value.status == 401


@pytest.mark.spec("OWASP ASVS 5.0", "3.3.1")
def test_cookies_are_ours_and_out_of_reach_of_scripts(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    cookies = {str(cookie["name"]): cookie for cookie in visit.context.cookies()}
    assert cookies.keys() == {"idp_session", "idp_csrf", "idp_browser"}
    for cookie in cookies.values():
        # A loopback issuer over http has neither the Secure flag nor the __Host- prefix, which browsers would refuse there.
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Lax", False)
        assert (cookie["domain"], cookie["path"]) == ("localhost", "/")
    for address in (world.issuer, world.shop):
        page.goto(address)
        assert page.evaluate("() => document.cookie") == ""


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.4")
def test_the_session_cookie_is_new_after_signing_in(page: Page, visit: Visit, world: World) -> None:
    sign_in_at_shop(page, world)
    before = {str(cookie["name"]): cookie["value"] for cookie in visit.context.cookies()}
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#success-sentence")).to_be_visible()
    sign_in_at_shop(page, world)
    after = {str(cookie["name"]): cookie["value"] for cookie in visit.context.cookies()}
    assert before["idp_session"] != after["idp_session"]
    assert before["idp_browser"] == after["idp_browser"]


@pytest.mark.spec("OWASP ASVS 5.0", "3.4.3")
def test_pages_are_kept_by_nobody_and_framed_by_nobody(page: Page, visit: Visit, world: World, app: MobileApp) -> None:
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))  # noqa: PLW0108 - it is given an attribute
    page.goto(app.authorize_url())
    sign_in(page, password="not-the-password")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(SHOPPER.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Allow access")).to_be_visible()
    page.goto(f"{world.issuer}/no-such-page")

    pages = [answer for answer in seen if answer.url.startswith(world.issuer) and "/static/" not in answer.url]
    assert {answer.status for answer in pages} >= {200, 303, 401, 404}
    for answer in pages:
        headers = answer.headers
        assert "no-store" in headers["cache-control"], answer.url
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        # A page whose form may end at a client has no form-action: Chromium would apply it to the client's address too.
        if answer.status != 303:
            assert ("form-action 'self'" in headers["content-security-policy"]) == _keeps_forms(answer), answer.url
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"


def _keeps_forms(answer: Response) -> bool:
    """Whether this page is none of a journey that ends at a client."""
    return not urlsplit(answer.url).path.startswith(("/login/", "/interaction/"))
