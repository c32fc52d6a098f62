"""The rules of this house, each as a test over the source itself, so that none depends on somebody remembering it.

Style and types are checked by ruff and mypy, the direction of imports by import-linter; here stands the rest.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from idp.conftest import SAME_ON_EVERY_STORE, SLOWEST_FIRST
from idp.tests.source_tree import (
    ROOT,
    Source,
    decile,
    length,
    median,
    of_kind,
    production_python,
    sources,
    statements,
)

# --- Sizes: they may only tighten ---------------------------------------------------------------------------------------
FILE_LIMIT = 250
TEST_FILE_LIMIT = 400
FUNCTION_LIMIT = 40
# Production Python as it is: what becomes worse fails, and what became better by more than _SLACK lowers the figure here.
RECORDED = {
    "file, median": 48,
    "file, nine in ten below": 130,
    "file, longest": 240,
    "function, median": 5,
    "function, nine in ten below": 14,
    "function, longest": 38,
}
_SLACK = 0.2  # of the figure, so that not every commit meets it
SECTION_COMMENTS_ABOVE = 15

_CODE = (".py", ".ts", ".tsx", ".mts", ".mjs", ".js", ".css", ".html", ".sh", "Makefile")
_HASH_COMMENT = (
    ".toml",
    ".yml",
    ".yaml",
    ".sh",
    "Makefile",
    ".env.example",
    ".gitignore",
    ".dockerignore",
    "Dockerfile",
    ".editorconfig",
    ".txt",
    "run",
)
_SLASH_COMMENT = (".ts", ".tsx", ".mts", ".cts", ".mjs", ".js", ".css")
_SHORTEST_HEADER = 20


def found(problems: list[str]) -> None:
    """Fail with one problem on each line."""
    assert not problems, "\n" + "\n".join(problems)


# --- Every file says what it is for -------------------------------------------------------------------------------------
def _python_header(source: Source) -> str:
    if source.is_migration and not source.tree.body[:1]:
        return ""
    docstring = ast.get_docstring(source.tree) or ""
    # Django writes migrations; whoever adds one says in a comment or docstring what it changes.
    comments = "".join(re.findall(r"^#(.*)$", source.text, re.MULTILINE)) if source.is_migration else ""
    return docstring or comments


def _slash_header(source: Source) -> str:
    text = re.sub(r"^#!.*\n", "", source.text).lstrip()
    block = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    lines = re.match(r"((?:[ \t]*//.*\n)+)", text)
    return (block or lines or re.match(r"()", text))[1].strip("*/ \n")  # type: ignore[index]  # the last pattern always matches


def _hash_header(source: Source) -> str:
    text = re.sub(r"^#!.*\n", "", source.text).lstrip()
    lines = re.match(r"((?:#.*\n)+)", text)
    return lines[1].replace("#", "").strip() if lines else ""


def _html_header(source: Source) -> str:
    text = re.sub(r"^<!doctype html>\s*", "", source.text, flags=re.IGNORECASE).lstrip()
    shapes = (r"(?:\{#(.*?)#\}\s*)+", r"\{% comment[^%]*%\}(.*?)\{% endcomment %\}", r"<!--(.*?)-->")
    return next((match[0] for shape in shapes if (match := re.match(shape, text, re.DOTALL))), "")


_HEADERS: dict[tuple[str, ...], Callable[[Source], str]] = {
    (".py",): _python_header,
    _SLASH_COMMENT: _slash_header,
    _HASH_COMMENT: _hash_header,
    (".html",): _html_header,
}


def test_every_file_opens_by_saying_what_it_is_for() -> None:
    found([f"{source}: no header" for kind, header in _HEADERS.items() for source in of_kind(*kind) if _lacks(source, header)])


def _lacks(source: Source, header: Callable[[Source], str]) -> bool:
    return len(header(source)) < _SHORTEST_HEADER


def test_every_markdown_file_opens_with_a_title() -> None:
    found([f"{source}: no title" for source in of_kind(".md") if not source.text.startswith("# ")])


# --- Every folder explains itself ---------------------------------------------------------------------------------------
def test_every_folder_explains_itself() -> None:
    folders = {source.path.parent for source in sources()}
    found(
        [f"{folder}/: no README.md, no package docstring, not named above" for folder in sorted(folders) if _unexplained(folder)]
    )


def _unexplained(folder: Path) -> bool:
    """A folder is explained by its README, its package docstring, or a README above that names it."""
    package = ROOT / folder / "__init__.py"
    if (ROOT / folder / "README.md").is_file():
        return False
    if package.is_file() and ast.get_docstring(ast.parse(package.read_text("utf-8"))):
        return False
    readmes = [ROOT / above / "README.md" for above in folder.parents]
    return not any(f"{folder.name}/" in readme.read_text("utf-8") for readme in readmes if readme.is_file())


# --- Small files, small functions, longer ones in sections -------------------------------------------------------------
def test_files_stay_small() -> None:
    limits = (
        (source, TEST_FILE_LIMIT if source.is_test else FILE_LIMIT) for source in of_kind(*_CODE) if not source.is_migration
    )
    found([f"{source}: {source.lines} lines, at most {limit}" for source, limit in limits if source.lines > limit])


def test_functions_stay_small() -> None:
    measured = [(source, node, length(node)) for source in of_kind(".py") for node in source.functions()]
    found([f"{source}:{node.lineno} {node.name}: {lines} lines" for source, node, lines in measured if lines > FUNCTION_LIMIT])


def test_sizes_only_tighten() -> None:
    files = [source.lines for source in production_python()]
    functions = [length(node) for source in production_python() for node in source.functions()]
    today = {
        f"{kind}, {figure}": value
        for kind, sizes in (("file", files), ("function", functions))
        for figure, value in (("median", median(sizes)), ("nine in ten below", decile(sizes)), ("longest", max(sizes)))
    }
    grown = [f"{name}: {value:g}, recorded {RECORDED[name]}: split it" for name, value in today.items() if value > RECORDED[name]]
    shrunk = [
        f"{name}: {value:g}, far below the recorded {RECORDED[name]}: lower the record in this file"
        for name, value in today.items()
        if value < (1 - _SLACK) * RECORDED[name]
    ]
    found([*grown, *shrunk])


def test_longer_functions_carry_section_comments() -> None:
    measured = [(source, node, statements(node)) for source in production_python() for node in source.functions()]
    found(
        [
            f"{source}:{node.lineno} {node.name}: {len(body)} lines without a comment"
            for source, node, body in measured
            if len(body) > SECTION_COMMENTS_ABOVE and not source.comment_lines.intersection(body)
        ]
    )


# --- Errors are caught narrowly -----------------------------------------------------------------------------------------
def test_only_the_boundary_catches_everything() -> None:
    allowed = {"idp/core/boundary.py"}
    broad = [source for source in of_kind(".py") if not source.is_test and _catches_everything(source)]
    found(
        [f"{source}: catches Exception" for source in broad if source.path.parts[0] != "clients" and str(source) not in allowed]
    )

    # A client package has no access to our boundary; each may have one of its own.
    for package in {source.path.parts[:2] for source in broad if source.path.parts[0] == "clients"}:
        assert len([source for source in broad if source.path.parts[:2] == package]) == 1, package


def _catches_everything(source: Source) -> bool:
    handlers = [node.type for node in ast.walk(source.tree) if isinstance(node, ast.ExceptHandler)]
    return any(caught is None or {"Exception", "BaseException"} & _names(caught) for caught in handlers)


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


# --- Names and leftovers ------------------------------------------------------------------------------------------------
def test_no_module_is_named_for_nothing_in_particular() -> None:
    empty = re.compile(r"(^|[_-])(utils?|helpers?|managers?|misc|common|stuff)([_-]|$)")
    named = {part for source in of_kind(*_CODE) for part in (source.path.with_suffix("").parts)}
    found([name for name in sorted(named) if empty.search(name)])


def test_nothing_is_left_for_later() -> None:
    # Written apart, so that this file passes its own rule.
    later = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    texts = (source for source in of_kind(*_CODE, *_HASH_COMMENT, ".md") if later.search(source.text))
    found([f"{source}: something is left for later" for source in texts])


def test_the_provider_logs_and_never_prints() -> None:
    ours = (source for source in production_python() if source.path.parts[0] == "idp" and "commands" not in source.path.parts)
    found([f"{source}:{call.lineno}: print" for source in ours for call in _calls(source, "print")])


def test_no_test_is_skipped() -> None:
    marks = re.compile(r"\b(mark\.(skip|skipif|xfail)|pytest\.(skip|xfail|importorskip)|(it|test|describe)\.(skip|only|todo))\b")
    tests = (source for source in of_kind(".py", ".ts", ".tsx") if source.is_test and source.path.name != Path(__file__).name)
    found([f"{source}: {match[0]}" for source in tests if (match := marks.search(source.text))])


def test_tests_that_are_named_for_their_time_are_there() -> None:
    folder = Path(__file__).parents[1]
    assert {path.name for path in folder.rglob("test_*.py")} >= set(SLOWEST_FIRST)
    assert all((folder / name).is_file() for name in SAME_ON_EVERY_STORE)


def test_no_test_measures_time() -> None:
    # Times depend on the machine: tests count hashes, statements and bytes, and `bench/` compares. Giving up is no measuring.
    clocks = re.compile(r"\b(perf_counter|process_time|thread_time|timeit|performance\.now)\b|\b(monotonic|time)\(\) *-[^>]")
    tests = (source for source in of_kind(".py", ".ts", ".tsx") if source.is_test and source.path.name != Path(__file__).name)
    found([f"{source}: {match[0]}" for source in tests if (match := clocks.search(source.text))])


def _calls(source: Source, name: str) -> list[ast.Call]:
    """The calls of a function by its last name, in one file."""
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    return [call for call in calls if name == getattr(call.func, "id", getattr(call.func, "attr", None))]


# --- Citations ----------------------------------------------------------------------------------------------------------
_FAMILY = "OIDC|OAuth|OpenID|FAPI|FIDO|WCAG|ASVS|OWASP|NIST|W3C|WebAuthn|HTML|CSP|Fetch|BCP|ITU-T|ISO|PEP"
_DOCUMENT = re.compile(rf"RFC [1-9][0-9]{{2,4}}(bis)?|({_FAMILY})( [\w.\-]+)*")
_SECTION = re.compile(r"[0-9A-Z][0-9A-Za-z]*([.\-][0-9A-Za-z]+)*")


@pytest.mark.parametrize("citing", ["spec", "implements"])
def test_citations_name_a_document_and_a_section(citing: str) -> None:
    # `implements` is for production code; its own tests call it with documents that do not exist.
    files = production_python() if citing == "implements" else of_kind(".py")
    cited = [(source, call) for source in files for call in _calls(source, citing)]
    assert cited, f"nothing cites with {citing}: this test looks in the wrong place"
    found([f"{source}:{call.lineno}: {ast.unparse(call)}" for source, call in cited if not _is_citation(call)])


def _is_citation(call: ast.Call) -> bool:
    values = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    if len(values) != len(call.args) or len(values) != 2 or call.keywords:
        return False
    document, section = map(str, values)
    return bool(_DOCUMENT.fullmatch(document) and _SECTION.fullmatch(section))
