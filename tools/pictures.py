"""`make pictures`: the pictures of the README, taken of the demo that runs beside it (`make run`), into docs/pictures.

A small phone each; WebP as Chromium writes it. Run it again when a page changed; the pictures are committed.
"""

import base64
import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.chromium import find_chromium
from tools.demo_people import PEOPLE

_FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
_SHOP = os.environ.get("DEMO_SPA_ORIGIN") or f"http://localhost:{os.environ.get('DEMO_SPA_PORT') or 5173}"
_ISSUER = os.environ.get("IDP_ISSUER") or f"http://localhost:{os.environ.get('PORT') or 8000}"
_SIZE: ViewportSize = {"width": 400, "height": 760}
_QUALITY = 80
_SHOPPER = PEOPLE[0]


def main() -> int:
    """Take all of them; the exit status."""
    path = find_chromium()
    if path is None:
        sys.stderr.write("The pictures need Chromium; install the package chromium, or set CHROMIUM to its path.\n")
        return 1
    _FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox"])
        _take_all(browser)
        browser.close()
    size = sum(picture.stat().st_size for picture in _FOLDER.glob("*.webp"))
    print(f"{_FOLDER}: {size / 1000:.0f} kB")
    return 0


def _take_all(browser: Browser) -> None:
    """The way of a shopper, light; the first page in the dark as well."""
    page = browser.new_page(viewport=_SIZE, device_scale_factor=1.5, color_scheme="light")
    # At the shop's request, so that the page says for whom.
    page.goto(_SHOP)
    page.get_by_role("button", name="Sign in with Fashionistar").click()
    page.get_by_label("Email or phone").wait_for()
    _take(page, "sign-in-light")
    page.emulate_media(color_scheme="dark")
    _take(page, "sign-in-dark")
    page.emulate_media(color_scheme="light")
    # Both steps, and back at the shop.
    page.get_by_label("Email or phone").fill(_SHOPPER.email)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password", exact=True).fill(_SHOPPER.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("You are signed in.").wait_for()
    _take(page, "shop")
    page.goto(f"{_ISSUER}/account")
    _take(page, "account")
    page.goto(f"{_ISSUER}/styleguide/passkey")
    _take(page, "passkey")


def _take(page: Page, name: str) -> None:
    """What is in view, in its settled colours."""
    page.evaluate("() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)))")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    (_FOLDER / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    raise SystemExit(main())
