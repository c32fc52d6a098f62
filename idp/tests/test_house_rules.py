"""The rules of this house, each as a test over the source itself, so that none depends on somebody remembering it.

Style and types are checked by ruff and mypy, the direction of imports by import-linter; here stands the rest.
"""

import ast
import re
from pathlib import Path

import pytest

from idp.conftest import SAME_ON_EVERY_STORE, SLOWEST_FIRST
from idp.tests.file_headers import HEADERS, kind_of, missing_header
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


def found(problems: list[str]) -> None:
    """Fail with one problem on each line."""
    assert not problems, "\n" + "\n".join(problems)


# --- Every file says what it is for -------------------------------------------------------------------------------------
def test_every_file_opens_by_saying_what_it_is_for() -> None:
    found([f"{source}: {problem}" for source in sources() if (problem := missing_header(source))])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mark.svg", '<?xml version="1.0"?>\n<!-- {} -->\n<svg/>'), ("page.html", "<!doctype html>\n{{# {} #}}\n<p>"),
        ("biome.jsonc", "// {}\n{{}}"), ("a.css", "/* {} */\np {{}}"), ("a.mjs", "#!/usr/bin/env node\n// {}\nlet a;"),
        (".npmrc", "; {}\naudit=false"), ("django.po", '# {}\nmsgid ""'), (".env.example", "# {}\nPORT=1"),
        ("run", "#!/bin/sh\n# {}\ntrue"), ("py.typed", "# {}\n"), ("a.py", '"""{}"""'), ("README.md", "# {}\n"),
    ],
)  # fmt: skip
def test_a_header_is_found_where_it_stands_and_missed_where_it_does_not(tmp_path: Path, name: str, text: str) -> None:
    for said, problem in (("What this file is for, and why.", ""), ("", "no header"), ("Short.", "no header")):
        (tmp_path / name).write_text(text.format(said))
        assert missing_header(Source(tmp_path / name)) == problem
    (tmp_path / name).write_text("")
    assert missing_header(Source(tmp_path / name)) == "no header"


@pytest.mark.parametrize("name", ["a.ini", "LICENCE", ".nvmrc", "a.vue"])
def test_a_kind_of_file_without_a_rule_does_not_pass(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# What this file is for, and why.\n")
    assert missing_header(Source(tmp_path / name)).startswith(f"no rule for {kind_of(Path(name))} files")


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
    texts = (source for source in sources() if kind_of(source.path) in HEADERS and later.search(source.text))
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
