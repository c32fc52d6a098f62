"""Deletes many rows a few at a time: no long transaction, no lock held over a whole table, nothing to undo when it is stopped."""

from typing import Any

from django.db.models import Q, QuerySet

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


def delete_in_one_walk(rows: "QuerySet[Any]", *, among: "QuerySet[Any]", by: str, at_once: int = _AT_ONCE) -> int:
    """Delete those of `among` that are also `rows`; how many went. For rows of which many are looked at and stay.

    Each batch begins after the last row of the one before, in the order of the indexed column `by` and the key, so that what
    stays is looked at once however many batches there are. Whether a row goes is judged by the statement that deletes it.
    """
    label = among.model._meta.label
    ordered = among.order_by(by, "pk").values_list(by, "pk")
    total, rest = 0, ordered
    while batch := list(rest[:at_once]):
        _all, by_table = rows.filter(pk__in=[key for _value, key in batch]).delete()
        total += by_table.get(label, 0)
        value, key = batch[-1]
        # The first condition is the one that an index on the column alone can answer.
        rest = ordered.filter(Q(**{f"{by}__gte": value}), Q(**{f"{by}__gt": value}) | Q(pk__gt=key))
    return total
