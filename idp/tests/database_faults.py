"""A database that fails where a test wants it to."""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError


def failing(statement: str) -> Callable[..., Any]:
    """A database that fails at statements beginning like this."""

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        if sql.startswith(statement):
            raise OperationalError("the connection is gone")
        return run(sql, params, many, context)

    return execute
