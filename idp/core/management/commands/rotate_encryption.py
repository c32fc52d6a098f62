"""`python manage.py rotate_encryption`: seal every encrypted value anew with the active key.

The third of four steps: add the new key last in IDP_ENCRYPTION_KEYS on every node, move it first, run this, then drop the old
key, half an hour after the new one came first: what is under way in the cache is not sealed anew. Safe while the provider runs
and to be run again: a row that somebody changed meanwhile is left as they wrote it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from idp.core import crypto
from idp.core.fields import EncryptedTextField, Sealed, place_of

_BATCH = 500
_OUTCOMES = ("sealed anew", "already current", "changed meanwhile", "unreadable")


class Command(BaseCommand):
    """The command line of `rotate_encryption`."""

    help = "Seals every encrypted value anew with the active encryption key."

    def handle(self, *_args: object, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Rotate column by column and print the counts. Raises CommandError when values are left behind."""
        left = 0
        for model, field in encrypted_columns():
            counts = rotate_column(model, field)
            left += counts["unreadable"] + counts["changed meanwhile"]
            summary = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES)
            self.stdout.write(f"{model._meta.db_table}.{field.column}: {summary}")
        if left:
            raise CommandError(
                f"{left} values are not sealed with the active key yet. Keep the old keys and run this again; "
                "unreadable values name a key that is not configured or were damaged."
            )


def encrypted_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of every table, by the model that owns the table."""
    for model in apps.get_models(include_auto_created=True):
        # Fields of its own only: a child or a proxy shows its parent's columns, which the parent brings itself.
        yield from ((model, field) for field in model._meta.local_fields if isinstance(field, EncryptedTextField))


def rotate_column(model: type[models.Model], field: EncryptedTextField) -> Counter[str]:
    """How many values of one column were sealed anew, were current, had changed, or do not open."""
    counts: Counter[str] = Counter()
    active = crypto.active_key_id()
    for key, sealed in _rows(model, field):
        if crypto.sealing_key_id(sealed) == active:
            counts["already current"] += 1
        else:
            counts[_rotate(model, field, key, sealed)] += 1
    return counts


def _rows(model: type[models.Model], field: EncryptedTextField) -> Iterator[tuple[Any, Sealed]]:
    """Key and sealed value of every row that has one, in batches by key, so that no table is held in memory or locked."""
    rows = model._base_manager.exclude(**{field.attname: None}).order_by("pk").values_list("pk", field.attname)
    batch = list(rows[:_BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:_BATCH])


def _rotate(model: type[models.Model], field: EncryptedTextField, key: Any, sealed: Sealed) -> str:  # noqa: ANN401 - any key
    """What became of one value. The UPDATE takes the old value as its condition: a newer one is never overwritten."""
    place = place_of(model(pk=key), field)
    try:
        renewed = Sealed(crypto.seal(crypto.unseal(sealed, place=place), place=place))
    except crypto.Unreadable:
        return "unreadable"
    same_row = model._base_manager.filter(pk=key, **{field.attname: sealed})
    return "sealed anew" if same_row.update(**{field.attname: renewed}) else "changed meanwhile"
