"""Ties code to the clause it fulfils: `@implements("RFC 7636", "4.3")`.

The decorator changes nothing at run time. It fills a registry that the specification matrix is generated from and that
tests marked `@pytest.mark.spec(...)` are joined with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Code = TypeVar("Code", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement: the document ("RFC 7636"), its section ("4.3"), and the dotted name of the code that fulfils it."""

    document: str
    section: str
    code: str


_REGISTRY: list[Clause] = []


def implements(document: str, section: str) -> Callable[[Code], Code]:
    """Record that the decorated callable or class fulfils `section` of `document`."""

    def record(code: Code) -> Code:
        name = getattr(code, "__qualname__", repr(code))
        _REGISTRY.append(Clause(document, section, f"{code.__module__}.{name}"))
        return code

    return record


def clauses() -> tuple[Clause, ...]:
    """Every clause recorded so far, in the order of import."""
    return tuple(_REGISTRY)
