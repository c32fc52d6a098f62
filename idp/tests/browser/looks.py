"""What a page looks like, measured in the browser: nothing wider than the screen, text that can be read, nothing inline, and
nothing that axe-core finds wrong.

The same pages are photographed when IDP_SCREENSHOTS names a folder, for people to look at.
"""

import os
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Error, Page

from idp.tests.browser.accessible import assert_accessible

WIDTHS = (360, 1280)
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
_HEIGHT = 740

# Elements that reach beyond the right edge, by tag and class; a page that scrolls sideways has at least one.
_TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5)
    .map((element) => `${element.tagName}.${element.className}`)
    .concat("the page itself");
}"""

# Texts whose contrast against what is painted behind them is too low (WCAG 2.2, 1.4.3). Colours are drawn on a canvas, because
# a style may give them in any notation; each layer is painted over the one below.
_TOO_FAINT = """() => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const over = (layers) => {
    paint.clearRect(0, 0, 1, 1);
    for (const colour of layers) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    return [matchMedia("(prefers-color-scheme: dark)").matches ? "#000" : "#fff", ...layers];
  };
  const problems = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const field = element.matches("input:not([type=hidden])");
    if (!(own || field) || !element.checkVisibility() || element.closest(".visually-hidden, .skip")) continue;
    const style = getComputedStyle(element), layers = behind(element);
    const [a, b] = [light(over([...layers, style.color])), light(over(layers))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio >= (large ? 3 : 4.5)) continue;
    problems.push(`${ratio.toFixed(2)} ${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`);
  }
  return problems;
}"""

# What a strict policy forbids, found in the document itself (CSP Level 3, 6.7).
_INLINE = """() => [...document.querySelectorAll(
    "script:not([src]), style, [style], link[rel=preload], iframe, object, embed, base")]
  .concat([...document.querySelectorAll("*")].filter((e) => e.getAttributeNames().some((name) => name.startsWith("on"))))
  .map((element) => element.outerHTML.slice(0, 120))"""


def look_at(page: Page, name: str, *, frames: bool = False) -> None:
    """Judge the page on a phone and on a desk, light and dark; `name` is that of its pictures. Raises AssertionError.

    Only a page that is said to hold frames may hold some. Where the page that was being left is still there when the look begins,
    the look begins anew at the page that takes its place.
    """
    for is_last in (False, False, True):
        page.wait_for_load_state()
        try:
            _look(page, name, frames=frames)
        except Error as gone:
            if is_last or "Execution context was destroyed" not in gone.message:
                raise
        else:
            return


def _look(page: Page, name: str, *, frames: bool) -> None:
    """One document, from the first look to the last."""
    # What a policy forbids is the same at every size.
    inline = [found for found in page.evaluate(_INLINE) if not (frames and found.startswith("<iframe "))]
    assert inline == [], f"{name}: inline script or style: {inline}"
    grounds: dict[str, Any] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        for scheme in SCHEMES:
            # Without motion the end of it is there at once.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            _settle(page)
            wide = page.evaluate(_TOO_WIDE)
            assert wide == [], f"{name} at {width} px: {wide}"
            assert page.evaluate(_TOO_FAINT) == [], f"{name} in {scheme} at {width} px"
            grounds[scheme] = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
            _photograph(page, f"{name}-{width}-{scheme}")
    assert grounds["light"] != grounds["dark"], f"{name} does not follow the person's colour scheme"
    assert_accessible(page, name)


def assert_fits(page: Page, name: str) -> None:
    """Nothing of it reaches beyond the edge of a small phone. Raises AssertionError."""
    page.set_viewport_size({"width": WIDTHS[0], "height": _HEIGHT})
    assert page.evaluate(_TOO_WIDE) == [], f"{name} at {WIDTHS[0]} px"


def _settle(page: Page) -> None:
    """What moves even so has come to its end; the measurement wants that."""
    page.evaluate("() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)))")


def _photograph(page: Page, name: str) -> None:
    folder = os.environ.get("IDP_SCREENSHOTS", "")
    if folder:
        # From the top, where a header that stays in view belongs.
        page.evaluate("() => scrollTo({top: 0, behavior: 'instant'})")
        # Hiding the caret writes inline styles into the fields, which the next look at the same document would find.
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True, caret="initial")
