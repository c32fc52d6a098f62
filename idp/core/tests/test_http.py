"""`http`: redirects after a POST, and which targets stay on this host."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from idp.core.http import SeeOther, is_local_path, no_store, wants_html


@pytest.mark.parametrize("target", ["/", "/login/abc/password", "/interaction/1?x=1&y=2", "/a#b", "/a:b", "/@evil.example"])
def test_paths_of_this_host_are_local(target: str) -> None:
    assert is_local_path(target)


@pytest.mark.spec("RFC 9700", "4.11")
@pytest.mark.parametrize(
    "target",
    [
        "", "login", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
        "https://evil.example", "https:evil.example", "javascript:alert(1)", "data:text/html,x", " /login", "/ /evil.example",
        "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "/login\x00", "\t//evil.example", "/\x7f/evil.example",
        "?next=/", "#top", "http:/evil.example", "/a\\..\\..\\evil",
    ],
)  # fmt: skip
def test_whatever_a_browser_could_read_as_another_place_is_not(target: str) -> None:
    assert not is_local_path(target)


@given(st.lists(st.sampled_from(["/", "\\", ".", "@", ":", "evil.example", "https", "\t", "\n", " ", "?", "#", "%2f", "[", "]"])))
def test_no_mutation_of_an_accepted_path_leaves_the_host(parts: list[str]) -> None:
    target = "".join(parts)
    if is_local_path(target):
        # The same reading as a browser's (WHATWG URL): controls are dropped, backslashes are slashes.
        read = target.translate({9: None, 10: None, 13: None}).replace("\\", "/")
        assert urlsplit(urljoin("https://id.example", read)).netloc == "id.example"


@pytest.mark.spec("RFC 9700", "4.12")
def test_see_other_is_303_and_may_leave_for_an_app() -> None:
    response = SeeOther("com.example.app:/callback?code=1")
    assert response.status_code == 303
    assert response["Location"] == "com.example.app:/callback?code=1"


def test_see_other_refuses_line_breaks() -> None:
    with pytest.raises(ValueError, match="newlines"):
        SeeOther("/a\r\nSet-Cookie: b=c")


@pytest.mark.spec("RFC 6749", "5.1")
def test_no_store_forbids_every_cache() -> None:
    response = no_store(HttpResponse())
    assert response["Cache-Control"] == "no-store"
    assert response["Pragma"] == "no-cache"


@pytest.mark.parametrize(("accept", "html"), [("text/html,*/*;q=0.8", True), ("application/json", False), (None, False)])
def test_a_browser_is_known_by_what_it_accepts(accept: str | None, *, html: bool) -> None:
    headers = {} if accept is None else {"Accept": accept}
    assert wants_html(RequestFactory().get("/", headers=headers)) is html
