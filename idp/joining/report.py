"""The report of an import: JSON lines, one for each complaint, readable by its owner alone.

A line of the file, a field and a reason; nothing of what stands there, so that a report can be mailed around.
"""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from idp.joining.errors import SourceUnusable
from idp.joining.types import Refusal


class Report:
    """An open report."""

    def __init__(self, file: TextIO) -> None:
        """Write to `file`."""
        self._file = file

    def add(self, refusal: Refusal) -> None:
        """One line."""
        others = {"lines": list(refusal.lines)} if refusal.lines else {}
        told = {
            "line": refusal.line,
            "field": refusal.field,
            "reason": str(refusal.reason),
            "message": refusal.sentence,
            **others,
        }
        self._file.write(json.dumps(told) + "\n")

    def flush(self) -> None:
        """What was told is told, whatever happens next."""
        self._file.flush()


@contextmanager
def open_report(path: Path) -> Iterator[Report]:
    """A new report in place of the last run's. Raises SourceUnusable."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as exc:
        raise SourceUnusable(f"The report {path} cannot be written: {exc.strerror}.") from exc
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        # The last run's may be one that somebody opened to others; what is no file keeps its own rights.
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)
        yield Report(file)
