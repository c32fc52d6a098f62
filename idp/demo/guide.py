"""A Markdown file of the project as a page: headings one can link to, tables that scroll in their own frame, code as code.

HTML in the file is shown as text and never becomes part of the page. Links to files of the project are kept as words, because
the provider serves no sources; diagrams (mermaid) are shown as the text they are, which needs no script.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from idp.core.specs import implements

_FRAME = '<div class="guide__frame" role="group" tabindex="0" aria-label="{}">'


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: its anchor and its title."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The page's body, and its chapters."""

    html: SafeString
    sections: tuple[Section, ...]


def read_guide(path: Path) -> Guide:
    """The file as it stands now; rendered anew only when it changed. Raises OSError."""
    return _rendered(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _rendered(path: Path, _changed_at: int) -> Guide:
    return render_guide(path.read_text("utf-8"))


@implements("OWASP ASVS 5.0", "1.3.1")
def render_guide(text: str) -> Guide:
    """Markdown as HTML, with whatever HTML it holds escaped."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    for kind, rule in (("table_open", _table_open), ("table_close", _table_close), ("fence", _fence), ("code_block", _fence)):
        reader.add_render_rule(kind, rule)
    tokens = reader.parse(text)
    sections = tuple(_give_anchors(tokens))
    for token in tokens:
        _keep_links_that_lead_somewhere(token.children or ())
    # Safe: with html off, markdown-it escapes every text and refuses addresses such as javascript:.
    return Guide(html=mark_safe(reader.renderer.render(tokens, reader.options, {})), sections=sections)  # noqa: S308


def _give_anchors(tokens: Sequence[Token]) -> list[Section]:
    """Name every heading as GitHub does, so that links inside the file work here as there; the chapters among them."""
    seen: dict[str, int] = {}
    chapters = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        title = "".join(part.content for part in inline.children or ())
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        seen[slug] = seen.get(slug, -1) + 1
        anchor = f"{slug}-{seen[slug]}" if seen[slug] else slug
        opening.attrSet("id", anchor)
        if opening.tag == "h2":
            chapters.append(Section(anchor, title))
    return chapters


def _keep_links_that_lead_somewhere(parts: Sequence[Token]) -> None:
    """A link to a chapter or to the web stays; one to a file of the project becomes its words."""
    leads = True
    for part in parts:
        if part.type == "link_open":
            leads = str(part.attrGet("href")).startswith(("#", "https://", "http://localhost"))
        if part.type in {"link_open", "link_close"} and not leads:
            part.tag, part.attrs = "span", {}


def _table_open(
    _renderer: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _environment: EnvType
) -> str:
    # Focusable, so that whoever has only a keyboard can scroll it (WCAG 2.2, 2.1.1).
    return f"{_FRAME.format('Table')}<table>"


def _table_close(
    _renderer: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _environment: EnvType
) -> str:
    return "</table></div>"


def _fence(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _environment: EnvType) -> str:
    return format_html(_FRAME + "<pre><code>{}</code></pre></div>", "Code", tokens[index].content)
