"""AUTH.md 6 lists what people and developers read when something fails; here it is compared with the code, in both directions.

What the code says: every text in `idp` (tests and commands left out) that reads like a sentence and stands in the body of an
error class (`IdpError` and below), or in what is passed when one is made, by its class or by a function that returns one: there,
or under a name that the same file assigns. Of a singular and a plural only the plural is asked for. What is passed as `detail`
is for the log, and `fields` stand beside what was typed: neither is looked at.

What the table says: every sentence in quotation marks in its third column. Where the code fills something in, the table may
say anything.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from idp.tests.source_tree import ROOT, Source, of_kind, production_python

_SENTENCE = re.compile(r"\S.* .*[.!?]", re.DOTALL)
# What is filled in: `%(name)s`, `%s`, `{name}` and, of scripts, `${name}`.
_FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|\$?\{[\w.]*\}")
_VARIABLE = re.compile(r"^[A-Z_]+ ")
_PLURALS = ("ngettext", "ngettext_lazy")
# How the table writes what a script fills in first.
_FILLED_IN_FIRST = "… "
# Who speaks to people but in Python.
_OTHER_SOURCES = (".html", ".js", ".mjs", ".ts", ".tsx")


# --- What the code says ---------------------------------------------------------------------------------------------------
def _ours() -> list[Source]:
    return [source for source in production_python() if source.path.parts[0] == "idp" and "commands" not in source.path.parts]


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


@cache
def error_classes() -> frozenset[str]:
    """`IdpError` and whatever derives from it, by name."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for source in _ours() for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)
    }  # fmt: skip
    found = {"IdpError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


@cache
def makers() -> frozenset[str]:
    """What makes an error: the classes, and the functions that say they return one."""
    functions = {
        node.name for source in _ours() for node in source.functions() if node.returns and _name(node.returns) in error_classes()
    }
    return error_classes() | functions


def _texts(node: ast.AST) -> Iterator[str]:
    """The sentences in an expression or a class."""
    if text := _text(node):
        yield from (said for said in text if _SENTENCE.fullmatch(said))
    elif not (isinstance(node, ast.keyword) and node.arg in {"detail", "fields"}):
        parts: Iterable[ast.AST] = ast.iter_child_nodes(node)
        if isinstance(node, ast.Call) and _name(node.func) in _PLURALS:
            parts = node.args[1:]
        yield from chain.from_iterable(_texts(part) for part in parts if not _is_docstring(part))


def _text(node: ast.AST) -> list[str]:
    """The text that a literal is, if it is one; a place to be filled in is {}."""
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _said_in(source: Source) -> Iterator[str]:
    """The sentences of the errors that a file defines or makes."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                assigned.setdefault(_name(target), []).append(node.value)

    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name in error_classes():
            yield from _texts(node)
        if isinstance(node, ast.Call) and _name(node.func) in makers():
            yield from _texts(node)
            named = {_name(part) for part in ast.walk(node) if isinstance(part, ast.Name)}
            yield from chain.from_iterable(_texts(value) for name in named for value in assigned.get(name, []))


@cache
def said() -> dict[str, str]:
    """Every sentence of an error, and the file that says it."""
    return {text: str(source) for source in _ours() for text in _said_in(source)}


# --- What the table says ----------------------------------------------------------------------------------------------------
@cache
def told() -> frozenset[str]:
    """The sentences in the third columns of section 6."""
    guide = (ROOT / "AUTH.md").read_text("utf-8")
    section = guide.partition("\n## 6. What can fail\n")[2].partition("\n## 7. ")[0]
    cells = [row.split(" | ")[2] for row in section.splitlines() if row.startswith("| ") and row.count(" | ") >= 2]
    quoted = chain.from_iterable(re.findall(r'"([^"]+)"', cell) for cell in cells)
    return frozenset(text for text in quoted if _SENTENCE.fullmatch(text))


def _pattern(text: str) -> re.Pattern[str]:
    """What a sentence looks like once everything is filled in."""
    return re.compile(".+".join(map(re.escape, _FILLED_IN.split(text.replace("%%", "%")))))


# --- The comparison ---------------------------------------------------------------------------------------------------------
def test_every_sentence_of_an_error_is_in_the_table() -> None:
    assert len(said()) > 100, "the rule finds nothing: it looks in the wrong place"
    missing = [f"{where}: {text}" for text, where in said().items() if not any(map(_pattern(text).fullmatch, told()))]
    assert not missing, "AUTH.md 6 does not say:\n" + "\n".join(missing)


def test_every_sentence_of_the_table_is_said() -> None:
    assert len(told()) > 100, "the table was not found"
    python = {text for source in production_python() for node in ast.walk(source.tree) for text in _text(node)}
    # Two words of its own at least: what is nearly all filled in would say anything.
    patterns = [_pattern(text) for text in python if re.search(r"\w+ \w+", _FILLED_IN.sub("", text))]
    others = "\n".join(" ".join(source.text.split()) for source in of_kind(*_OTHER_SOURCES) if not source.is_test)
    gone = [
        text
        for text in told()
        if text.removeprefix(_FILLED_IN_FIRST) not in others and not any(said.fullmatch(text) for said in patterns)
    ]
    # What is wrong with a variable is said without its name, and ended by whoever lists it.
    bare = {text: _VARIABLE.sub("", text).removesuffix(".") for text in gone}
    gone = [text for text in gone if not any(said.fullmatch(bare[text]) or said.fullmatch(f"{bare[text]}.") for said in patterns)]
    assert not gone, "nothing says any more:\n" + "\n".join(sorted(gone))
