"""The page a person sees: plain, true, and within its own content policy."""

import re

import pytest

from example_backend.pages import ENDPOINTS
from tests.conftest import Ask


def test_home_says_what_this_is(ask: Ask) -> None:
    answer = ask("/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    for text in ("example backend", "http://127.0.0.1:9", "http://localhost:5173", *(e[0] for e in ENDPOINTS)):
        assert text in answer.text


def test_home_runs_nothing_inline(ask: Ask) -> None:
    page = ask("/").text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page, re.IGNORECASE)
    (stylesheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    css = ask(stylesheet)
    assert (css.status_code, css["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in css.text


@pytest.mark.parametrize(("path", "needs", "_"), ENDPOINTS)
def test_the_page_lists_what_exists(ask: Ask, path: str, needs: str, _: str) -> None:
    method = "POST" if needs.startswith("POST") else "GET"
    assert ask(path, method=method).status_code == (200 if needs == "nothing" else 401)


@pytest.mark.parametrize("path", ["/", "/assets/example.css"])
def test_pages_are_read_only(ask: Ask, path: str) -> None:
    answer = ask(path, method="POST")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD"
    assert ask(path, method="HEAD").status_code == 200
