"""Moves everybody of a file in, batch by batch; it may be stopped at any moment and begun again.

The file is read twice, since no row may be stored before it is known that no later one claims the same.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from idp.core.api_ingress import parsed
from idp.core.errors import InvalidInput
from idp.joining.duplicates import Claims, claims
from idp.joining.report import Report
from idp.joining.schemas import ImportRow
from idp.joining.services.import_batch import Numbered, import_batch
from idp.joining.source import Source
from idp.joining.types import RawRow, Reason, Refusal, Tally

BATCH = 500

Item = TypeVar("Item")
# Told how many bytes of both readings are behind us, and what became of the rows.
Progress = Callable[[int, Tally], None]


def import_users(*, source: Source, report: Report, write: bool, progress: Progress, batch: int = BATCH) -> Tally:
    """What became of all rows; every refused one stands in the report. With `write=False` nothing is stored.

    Raises SourceUnusable and BatchContested; the batches before that are stored, and the next run finds them unchanged.
    """
    tally = Tally()
    with claims() as noted:
        for rows in _in_batches(_fitting(source), batch):
            noted.note(rows)
            progress(source.bytes_read, tally)
        noted.settle()
        for raw_rows in _in_batches(source.rows(), batch):
            _take(raw_rows, noted, report, tally, write=write)
            progress(source.size + source.bytes_read, tally)
    progress(2 * source.size, tally)
    return tally


def _take(raw_rows: list[RawRow], noted: Claims, report: Report, tally: Tally, *, write: bool) -> None:
    """One batch: stored first, then told."""
    fit: list[Numbered] = []
    refused: list[tuple[Refusal, ...]] = []
    for raw in raw_rows:
        row, refusals = _judged(raw, noted)
        if row is None:
            refused.append(refusals)
        else:
            fit.append((raw.line, row))
    if fit:
        verdicts = import_batch(fit, write=write)
        refused.extend(verdicts.refused)
        tally.stored += len(verdicts.new)
        tally.unchanged += verdicts.unchanged

    # A row counts once, by the first of its complaints; the report names them all, in the order of the file.
    for refusals in sorted(refused, key=lambda complaints: complaints[0].line):
        tally.refused[refusals[0].reason] += 1
        for refusal in refusals:
            report.add(refusal)
    report.flush()


def _judged(raw: RawRow, noted: Claims) -> tuple[ImportRow | None, tuple[Refusal, ...]]:
    """The row, or why it cannot be taken as far as the file alone says."""
    row, refusals = _read(raw)
    if row is not None:
        refusals = tuple(
            Refusal(raw.line, field, Reason.TAKEN_IN_FILE, "Other rows of this file claim the same. None was taken.", lines)
            for field, lines in noted.rivals(raw.line, row)
        )
    return (None, refusals) if refusals else (row, ())


def _read(raw: RawRow) -> tuple[ImportRow | None, tuple[Refusal, ...]]:
    """The row by its schema, or every complaint about it."""
    if raw.fault:
        return None, (Refusal(raw.line, "", Reason.INVALID, raw.fault),)
    try:
        return parsed(raw.values, ImportRow), ()
    except InvalidInput as exc:
        complaints = [(field, str(text)) for field, texts in exc.fields.items() for text in texts]
        return None, tuple(Refusal(raw.line, _known(field), Reason.INVALID, text) for field, text in complaints)


def _known(field: str) -> str:
    """A member's name, never one that a broken row made up; complaints about the row as a whole have none."""
    name = field.partition(".")[0]
    return name if name in ImportRow.model_fields else ""


def _fitting(source: Source) -> Iterator[Numbered]:
    """The rows that may be stored, as far as each alone says."""
    for raw in source.rows():
        row, _refusals = _read(raw)
        if row is not None:
            yield raw.line, row


def _in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of at most `size`, in order."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
