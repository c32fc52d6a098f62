"""The guide: Markdown becomes a page, HTML in it does not, and every link inside AUTH.md leads somewhere."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from idp.demo.guide import Section, read_guide, render_guide

GUIDE = settings.BASE_DIR / "AUTH.md"


@pytest.mark.spec("OWASP ASVS 5.0", "1.3.1")
@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "| <b>a</b> |\n|---|\n| <i>b</i> |", "```\n<script>\n```",
    "    <script>", "`<script>`", "# <script>", '```"><script>\n```', "[a](javascript:alert(1))", "[a](data:text/html,x)",
    '[a](#x "><script>")', "![a](javascript:x)",
])  # fmt: skip
def test_html_stays_text(text: str) -> None:
    html = render_guide(text).html
    assert not re.search(r"<(script|img|b|i)\b", html)
    assert not re.search(r'(href|src)="(javascript|data):', html)


def test_headings_have_the_anchors_github_gives() -> None:
    guide = render_guide("# Top\n\n## 1. What `it` is: a map\n\n### Not a chapter\n\n## Same\n\n## Same\n")
    assert [section.anchor for section in guide.sections] == ["1-what-it-is-a-map", "same", "same-1"]
    assert guide.sections[0] == Section("1-what-it-is-a-map", "1. What it is: a map")
    assert '<h3 id="not-a-chapter">' in guide.html


def test_links_to_files_become_words() -> None:
    html = render_guide("[env.py](idp/config/env.py), [below](#x), [a](https://example.com), [b](http://example.com)").html
    assert "<span>env.py</span>" in html
    assert '<a href="#x">below</a>' in html
    assert '<a href="https://example.com">a</a>' in html
    assert "<span>b</span>" in html


def test_a_diagram_is_shown_as_text_and_can_be_scrolled_with_the_keyboard() -> None:
    html = render_guide("```mermaid\nsequenceDiagram\n  A->>B: <hi>\n```\n\n| a |\n|---|\n| b |\n").html
    assert "<pre><code>sequenceDiagram\n  A-&gt;&gt;B: &lt;hi&gt;\n</code></pre>" in html
    assert html.count('tabindex="0"') == 2


def test_every_link_inside_the_guide_leads_to_a_heading() -> None:
    html = read_guide(GUIDE).html
    anchors = set(re.findall(r'<h\d id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors


def test_the_page_has_one_first_heading_and_its_chapters(demo: Client) -> None:
    page = demo.get("/guide").content.decode()
    assert page.count("<h1") == 1
    assert 'href="#2-journeys"' in page


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text("# Old\n")
    assert "Old" in read_guide(file).html
    file.write_text("# New\n")
    os.utime(file, ns=(1, 1))
    assert "New" in read_guide(file).html
