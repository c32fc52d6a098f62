"""Ties code to the clause it fulfils: `@implements("RFC 7636", "4.3")`.

The decorator changes nothing at run time. The specification matrix reads it from the source and joins it with the tests
marked `@pytest.mark.spec(...)`; `make check` fails for a clause that has only one of the two.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Code = TypeVar("Code", bound=Callable[..., Any])


def implements(document: str, section: str) -> Callable[[Code], Code]:
    """Say that the decorated callable or class fulfils `section` ("4.3") of `document` ("RFC 7636")."""

    def unchanged(code: Code) -> Code:
        return code

    return unchanged
