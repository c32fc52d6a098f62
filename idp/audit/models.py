"""`SecurityEvent`, and the chain that shows whether one was changed: append-only, on every path the ORM offers.

What the ORM refuses, a database shell does not: that is what links and seals are for (`sealing.py`, `verifier.py`).
"""

from collections.abc import Collection, Iterable
from typing import Any, NoReturn, Self, TypeVar

from django.db import models

from idp.audit.errors import HistoryIsFixed
from idp.audit.types import Event
from idp.core import clock, ids

_Row = TypeVar("_Row", bound=models.Model)


class AppendOnly(models.QuerySet[_Row]):
    """A query set that reads and inserts."""

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ANN401 - Django's signature
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail=f"update of the trail: {', '.join(kwargs)}")

    def delete(self) -> NoReturn:
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail="deletion of the trail")

    def drop(self) -> int:
        """Delete them; how many. For `retention.py` alone, which signs what it did before."""
        return super().delete()[0]

    def bulk_update(self, objs: Iterable[_Row], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail="bulk update of the trail")

    def bulk_create(  # noqa: PLR0917 - Django's signature
        self,
        objs: Iterable[_Row],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        update_conflicts: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[_Row]:
        """Insert; an upsert would be an update. Raises HistoryIsFixed."""
        if update_conflicts or ignore_conflicts:
            raise HistoryIsFixed(detail="upsert of the trail")
        return super().bulk_create(objs, batch_size=batch_size)


class FixedRow(models.Model):
    """A row that is written once."""

    objects = AppendOnly[Self].as_manager()

    class Meta:
        """`base_manager_name` closes the path Django uses inside `save`."""

        abstract = True
        base_manager_name = "objects"

    def save(self, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Insert only. Raises HistoryIsFixed."""
        if not self._state.adding:
            raise HistoryIsFixed(detail=f"change of {self._meta.label} {self.pk}")
        # Without `force_insert` Django first tries an UPDATE when the key is set by hand.
        super().save(**{**options, "force_insert": True})

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail=f"deletion of {self._meta.label} {self.pk}")


class SecurityEvent(FixedRow):
    """One security event. It names no person: `pseudonym` is a keyed digest of the account's id."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    event = models.CharField(max_length=40, choices=Event.choices)
    at = models.DateTimeField(default=clock.now)
    pseudonym = models.CharField(max_length=64, blank=True)
    client_id = models.CharField(max_length=255, blank=True)
    sid = models.UUIDField(null=True, blank=True)
    browser = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta(FixedRow.Meta):
        """Read by person, or by kind, newest first."""

        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["pseudonym", "-at"], name="audit_by_person"),
            models.Index(fields=["event", "-at"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.at.isoformat()}"


class AuditLink(FixedRow):
    """The place of one event in the chain, in the order of sealing: an event that was committed late simply comes later.

    No foreign key: if somebody deletes the event, its link stays and shows the gap.
    """

    position = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    # SHA-256 of the event, hexadecimal: `verifier.content_digest`.
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"#{self.position} {self.event_id}"


class AuditSeal(FixedRow):
    """A signature over the chain up to the position `last`. The number is the key: of two workers one cannot store its seal."""

    number = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField()
    # SHA-256 over all links up to `last`, hexadecimal: `verifier.next_head`.
    head = models.CharField(max_length=64)
    # Seconds since 1970: every event made before this moment is in the chain.
    settled = models.BigIntegerField()
    # The signed statement: a JWS in compact form.
    token = models.TextField()

    def __str__(self) -> str:
        return f"seal {self.number}, up to #{self.last}"


class AuditAnchor(FixedRow):
    """Where the trail begins since what is older was dropped (`retention.py`): behind the seal of this number."""

    number = models.BigIntegerField(primary_key=True)
    # The position of the last event that was dropped.
    last = models.BigIntegerField()
    # The signed statement: a JWS in compact form.
    token = models.TextField()

    def __str__(self) -> str:
        return f"begins after seal {self.number}"
