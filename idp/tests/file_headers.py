"""How a file of each kind says at its beginning what it is for, and which kinds have no room to say it."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from idp.tests.source_tree import Source

SHORTEST_HEADER = 20


def kind_of(path: Path) -> str:
    """The suffix; the whole name of a file that has none, such as `Makefile` and `.gitignore`."""
    return path.suffix or path.name


def _python_header(source: Source) -> str:
    if source.is_migration and not source.tree.body[:1]:
        return ""
    docstring = ast.get_docstring(source.tree) or ""
    # Django writes migrations; whoever adds one says in a comment or docstring what it changes.
    comments = "".join(re.findall(r"^#(.*)$", source.text, re.MULTILINE)) if source.is_migration else ""
    return docstring or comments


def _slash_header(source: Source) -> str:
    text = _without_first_line("#!", source)
    block = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    return block[1].strip("* \n") if block else _lines_of_comment("//", text)


def _hash_header(source: Source) -> str:
    return _lines_of_comment("#", _without_first_line("#!", source))


def _semicolon_header(source: Source) -> str:
    return _lines_of_comment(";", source.text)


def _markup_header(source: Source) -> str:
    text = re.sub(r"^<(!doctype html|\?xml[^>]*)>\s*", "", source.text, flags=re.IGNORECASE).lstrip()
    shapes = (r"(?:\{#(.*?)#\}\s*)+", r"\{% comment[^%]*%\}(.*?)\{% endcomment %\}", r"<!--(.*?)-->")
    return next((match[1].strip() for shape in shapes if (match := re.match(shape, text, re.DOTALL))), "")


def _title(source: Source) -> str:
    """A title is as long as it needs to be; what the file is for follows it."""
    title, _, rest = source.text.partition("\n")
    return f"{title}{rest.lstrip()[:SHORTEST_HEADER]}" if title.startswith("# ") else ""


def _without_first_line(mark: str, source: Source) -> str:
    return re.sub(rf"^{mark}.*\n", "", source.text).lstrip()


def _lines_of_comment(mark: str, text: str) -> str:
    """The comment of whole lines that the text begins with."""
    block = re.match(rf"([ \t]*{mark}.*\n)+", text)
    return block[0].replace(mark, "").strip() if block else ""


# What is asked of each kind.
HEADERS: dict[str, Callable[[Source], str]] = {
    ".py": _python_header,
    ".md": _title,
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts", ".mjs", ".js", ".css", ".jsonc"), _slash_header),
    **dict.fromkeys((".toml", ".yml", ".yaml", ".sh", ".po", ".txt", ".example", ".typed"), _hash_header),
    **dict.fromkeys(("Makefile", "Dockerfile", "run", ".gitignore", ".dockerignore", ".editorconfig"), _hash_header),
    ".npmrc": _semicolon_header,
    **dict.fromkeys((".html", ".svg"), _markup_header),
}

# Kinds that have no comments, and where it is said instead.
WITHOUT_COMMENTS = {
    ".json": "JSON has none: npm, TypeScript and others fix the name and the content; the README beside it explains the folder",
    ".jsonl": "one JSON object in each line; what reads the file explains it",
    ".webp": "a picture; the page that shows it has a text for it",
}


def missing_header(source: Source) -> str:
    """What is wrong with the beginning of this file; nothing, when it is well."""
    kind = kind_of(source.path)
    if kind in WITHOUT_COMMENTS:
        return ""
    if kind not in HEADERS:
        return f"no rule for {kind} files: say in file_headers.py what a header is there, or why there is none"
    return "" if len(HEADERS[kind](source)) >= SHORTEST_HEADER else "no header"
