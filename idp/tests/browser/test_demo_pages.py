"""The demo's own pages in a real browser: every link of the home page answers, and each page can be used and looks right."""

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.live import World
from idp.tests.browser.looks import assert_fits, look_at


def test_every_link_of_the_home_page_answers(page: Page, world: World) -> None:
    page.goto(world.issuer)
    expect(page.get_by_text("shopper@example.com")).to_be_visible()
    links = page.locator("main a").evaluate_all("links => links.map((link) => link.href)")
    addresses = {urljoin(world.issuer, link) for link in links}
    assert {world.shop, world.api} <= {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses)}
    assert len(addresses) >= 9
    for address in sorted(addresses):
        answer = page.request.get(address)
        assert answer.ok, address


@pytest.mark.parametrize("path", ["", "/inbox", "/guide"])
def test_the_pages_can_be_used_and_look_right(page: Page, world: World, path: str) -> None:
    page.goto(f"{world.issuer}{path}")
    assert_accessible(page, f"demo {path}")
    look_at(page, f"demo-{path.strip('/') or 'home'}")


def test_the_gallery_shows_every_screen(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/styleguide")
    frame = page.frame_locator("iframe[src='/styleguide/sign-in']")
    expect(frame.get_by_role("heading", name="Sign in")).to_be_visible()
    # Styled although it is framed: its own files are for pages of ours.
    styles = "heading => [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0) && document.styleSheets.length"
    assert frame.locator("h1").evaluate(styles) >= 3
    assert_accessible(page, "demo /styleguide")
    look_at(page, "demo-styleguide", frames=True)
    addresses = page.locator("main li > a[href^='/styleguide/']").evaluate_all("links => links.map((link) => link.href)")
    assert len(addresses) == page.locator("iframe").count() >= 50
    for address in addresses:
        page.goto(address)
        assert_fits(page, address)
