"""The project's own source files as the house rules see them: what git tracks or would track, parsed once.

Reading goes through git, so that built files and installed packages are left out by the same list that keeps them out of
commits.
"""

import ast
import io
import statistics
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file, by its path from the project's root."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @cached_property
    def text(self) -> str:
        """The content."""
        return (ROOT / self.path).read_text("utf-8")

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @property
    def is_test(self) -> bool:
        """Whether it is test code, in Python or TypeScript."""
        return "tests" in self.path.parts or self.path.name == "conftest.py"

    @property
    def is_migration(self) -> bool:
        """Whether Django wrote it."""
        return "migrations" in self.path.parts and self.path.suffix == ".py"

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module, of Python files."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def comment_lines(self) -> frozenset[int]:
        """The numbers of lines that hold a comment, of Python files; instructions to linters are none."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return frozenset(
            token.start[0]
            for token in tokens
            if token.type == tokenize.COMMENT and not token.string.startswith(("# noqa", "# type:", "# pragma", "# fmt"))
        )

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


@cache
def sources() -> tuple[Source, ...]:
    """Every file that is tracked or would be, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(Source(path) for path in paths if (ROOT / path).is_file())


def of_kind(*suffixes: str) -> tuple[Source, ...]:
    """The files whose name ends so."""
    return tuple(source for source in sources() if source.path.name.endswith(suffixes))


def production_python() -> tuple[Source, ...]:
    """Python that is neither test nor migration."""
    return tuple(source for source in of_kind(".py") if not source.is_test and not source.is_migration)


def length(function: Function) -> int:
    """Lines of a function, its docstring left out: explaining must not cost."""
    end = function.end_lineno or function.lineno
    return end - function.lineno + 1 - _docstring_lines(function)


def statements(function: Function) -> range:
    """The line numbers of a function's body after its docstring."""
    first = function.body[1] if _docstring_lines(function) and len(function.body) > 1 else function.body[0]
    return range(first.lineno, (function.end_lineno or function.lineno) + 1)


def _docstring_lines(function: Function) -> int:
    """How many lines the docstring takes, 0 without one."""
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


def median(numbers: Iterable[int]) -> float:
    """The middle one."""
    return statistics.median(numbers)


def decile(numbers: Iterable[int]) -> float:
    """Nine in ten are not larger."""
    return statistics.quantiles(numbers, n=10, method="inclusive")[-1]
