"""Whether a page can be used with assistive technology, as far as a program can tell: axe-core in the page itself.

What a person must judge (is this the right name for the button?) stays with people; what axe finds wrong is wrong. The page's
policy forbids foreign scripts, so the program is evaluated by the test, not loaded by the page. Where a browser runs no scripts,
a copy of the page as it stands is examined in one that does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

# WCAG 2.2 A and AA, and what axe calls good practice (one h1, landmarks, heading order).
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (tags) => {
  const {violations} = await axe.run(document, {runOnly: tags, resultTypes: ["violations"], iframes: false});
  return violations.map(({id, help, nodes}) => ({id, help, where: nodes.map((node) => node.target.join(" "))}));
}"""


def assert_accessible(page: Page, name: str) -> None:
    """Fail with each violation on a line: what, the rule's words, where. The page keeps nothing of the examination."""
    with _scripted(page) as subject:
        subject.evaluate(_axe())
        found: list[dict[str, Any]] = subject.evaluate(_RUN, _RULES)
    assert not found, "\n".join(f"{name}: {one['id']}: {one['help']}: {'; '.join(one['where'])}" for one in found)


@contextmanager
def _scripted(page: Page) -> Iterator[Page]:
    """The page itself, or its copy: the same address and size, its own scripts left out."""
    if not page.evaluate("""() => matchMedia("(scripting: none)").matches"""):
        yield page
        return
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(viewport=page.viewport_size) as context:
        context.route("**/*.js", lambda route: route.abort())
        html = page.content()
        copy = context.new_page()
        copy.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        copy.goto(page.url)
        yield copy


@lru_cache(maxsize=1)
def _axe() -> str:
    """The program's text; `make setup` installs it with the front end's other tools."""
    return f"() => {{ {_AXE.read_text('utf-8')} }}"
