"""Deletes many rows a few at a time: no long transaction, no lock held over a whole table, nothing to undo when it is stopped."""

from typing import Any

from django.db.models import QuerySet

_AT_ONCE = 500


def delete_in_batches(rows: "QuerySet[Any]", *, at_once: int = _AT_ONCE, by: str = "pk") -> int:
    """Delete what the query finds; how many rows of its table went. Each batch is asked for, and judged, anew.

    `by`: the indexed column that the query is about. Asked by their keys, PostgreSQL walks through all rows of a large table that
    are not meant, once none is left that is.
    """
    label = rows.model._meta.label
    total = 0
    while keys := list(rows.order_by(by).values_list("pk", flat=True)[:at_once]):
        _all, by_table = rows.filter(pk__in=keys).delete()
        deleted = by_table.get(label, 0)
        total += deleted
        # Another process had the same rows: it goes on, this one may stop.
        if not deleted:
            break
    return total
