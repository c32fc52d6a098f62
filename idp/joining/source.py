"""Reads the file of an import row by row, without ever holding more than one: JSON lines, or CSV with a header.

What cannot be taken apart becomes a row with a fault; only a file that cannot be read as a whole stops an import.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from idp.core.api_ingress import unique_members
from idp.joining.errors import SourceUnusable
from idp.joining.schemas import COLUMNS, REQUIRED
from idp.joining.types import RawRow

# Characters. The longest honest row, every column full, has less than a third.
LONGEST_ROW = 16 * 1024
_TOO_LONG = f"This row is longer than {LONGEST_ROW} characters."


@dataclass(slots=True)
class Source:
    """The rows of a file, as often as they are asked for. `bytes_read` follows the reading."""

    path: Path
    format: str
    bytes_read: int = 0

    @property
    def size(self) -> int:
        """Bytes. Raises SourceUnusable."""
        try:
            return self.path.stat().st_size
        except OSError as exc:
            raise SourceUnusable(f"{self.path} cannot be read: {exc.strerror}.") from exc

    def rows(self) -> Iterator[RawRow]:
        """From the first. Raises SourceUnusable."""
        self.bytes_read = 0
        try:
            # What is no UTF-8 becomes a lone surrogate, which no member of a row may hold: the row is refused, not the file.
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield from _READERS[self.format](self._counted(file))
        except OSError as exc:
            raise SourceUnusable(f"{self.path} cannot be read: {exc.strerror}.") from exc

    def _counted(self, file: TextIO) -> Iterator[str]:
        """Lines with their ends; of an endless one only the beginning, which is too long to be a row."""
        while line := file.readline(LONGEST_ROW + 2):
            self.bytes_read += len(line.encode(errors="surrogateescape"))
            if len(line) > LONGEST_ROW:
                self._skip_rest(file, line)
                # A quotation mark that was cut from its partner would take the next rows along.
                line = "x" * (LONGEST_ROW + 1)
            yield line

    def _skip_rest(self, file: TextIO, line: str) -> None:
        while line and not line.endswith("\n"):
            line = file.readline(LONGEST_ROW)
            self.bytes_read += len(line.encode(errors="surrogateescape"))


def open_source(path: Path, *, format: str = "") -> Source:  # noqa: A002 - the option's name
    """The file to read; its format by its name unless it is told: `jsonl` or `csv`. Raises SourceUnusable."""
    suffix = path.suffix.lower().removeprefix(".")
    chosen = format or {"ndjson": "jsonl"}.get(suffix, suffix)
    if chosen not in _READERS:
        raise SourceUnusable(f"{path} is neither .jsonl nor .csv; say which with --format.")
    if not path.is_file():
        raise SourceUnusable(f"{path} is not there, or is no file.")
    return Source(path=path, format=chosen)


def _json_lines(lines: Iterator[str]) -> Iterator[RawRow]:
    """An object in each line; empty lines are none."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> RawRow:
    if len(line) > LONGEST_ROW:
        return RawRow(number, {}, _TOO_LONG)
    try:
        values = json.loads(line, object_pairs_hook=unique_members)
    except (ValueError, RecursionError):
        return RawRow(number, {}, "This line is not valid JSON, or names a member twice.")
    if not isinstance(values, dict):
        return RawRow(number, {}, "This line is not a JSON object.")
    return RawRow(number, _told(values))


def _csv_rows(lines: Iterator[str]) -> Iterator[RawRow]:
    """The first line names the columns, in any order. Raises SourceUnusable."""
    reader = csv.reader(lines, strict=True)
    try:
        header = _judged_header([name.strip() for name in next(reader, [])])
    except csv.Error as exc:
        raise SourceUnusable(f"The first line is not a header of CSV: {exc}.") from exc
    while True:
        # A quoted value may hold line ends: a row is named by its first line.
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield RawRow(first, {}, f"Lines {first} to {reader.line_num} are not valid CSV; a quotation mark may be missing.")
            continue
        if cells:
            yield _csv_row(first, header, cells)


def _csv_row(first: int, header: list[str], cells: list[str]) -> RawRow:
    if sum(map(len, cells)) > LONGEST_ROW:
        return RawRow(first, {}, _TOO_LONG)
    if len(cells) != len(header):
        return RawRow(first, {}, f"This row has {len(cells)} values, and the header names {len(header)} columns.")
    return RawRow(first, _told(dict(zip(header, cells, strict=True))))


def _judged_header(names: list[str]) -> list[str]:
    """Every column known, none twice, none missing that must be there. Raises SourceUnusable."""
    problems = [
        *(f"unknown column {name!r}" for name in names if name not in COLUMNS),
        *(f"column {name!r} twice" for name in sorted(set(names)) if names.count(name) > 1),
        *(f"column {name!r} missing" for name in REQUIRED if name not in names),
    ]
    if problems:
        raise SourceUnusable(f"The header does not fit: {', '.join(problems)}. Known: {', '.join(COLUMNS)}.")
    return names


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is null or empty: CSV cannot tell them apart."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


_READERS: dict[str, Callable[[Iterator[str]], Iterator[RawRow]]] = {"jsonl": _json_lines, "csv": _csv_rows}
FORMATS = tuple(_READERS)
