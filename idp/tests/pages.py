"""Reads our pages the way a browser without JavaScript would: forms with their fields, texts by id."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass
class Page:
    """What a page holds: the fields of its form by name and where it is sent, the elements' texts by id, its links."""

    fields: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    # "": the page's own address.
    action: str = ""
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # What a browser would send: a box that nobody ticked is not sent.
        is_sent = given.get("type") != "checkbox" or "checked" in given
        if tag == "input" and given.get("name") and is_sent:
            self.page.fields[str(given["name"])] = given.get("value") or ""
        if tag == "form":
            self.page.action = str(given.get("action") or "")
        if tag == "a" and given.get("href"):
            self.page.links.append(str(given["href"]))
        if given.get("id"):
            self.page.texts[str(given["id"])] = ""
        if tag not in _VOID:
            self._open.append(given.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.page.text += data
        for identifier in self._open:
            if identifier:
                self.page.texts[identifier] += data


def read_page(html: str) -> Page:
    """The page behind this HTML."""
    reader = _Reader()
    reader.feed(html)
    return reader.page
