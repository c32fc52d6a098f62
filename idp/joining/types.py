"""Words that the parts of an import answer each other with."""

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Reason(enum.StrEnum):
    """Why a row was not stored. Programs read these in the report: add new ones, never rename one."""

    INVALID = "invalid"
    TAKEN_IN_FILE = "taken_in_file"
    TAKEN_HERE = "taken_here"
    EXISTS_HERE = "exists_here"
    CHANGED_IN_SOURCE = "changed_in_source"
    ERASED_HERE = "erased_here"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as read: its first line (from 1) and its members, or why it cannot be taken apart."""

    line: int
    values: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not stored, without anything of its content. `lines` are other rows of the file with the same claim."""

    line: int
    field: str
    reason: Reason
    sentence: str
    lines: tuple[int, ...] = ()


@dataclass(slots=True)
class Tally:
    """What became of the rows so far. `stored` counts rows that would be stored when nothing is written."""

    stored: int = 0
    unchanged: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """How many rows have an answer."""
        return self.stored + self.unchanged + self.refused.total()
