"""`SecurityEvent`: append-only. Changing or deleting a row is refused on every path the ORM offers."""

from collections.abc import Collection, Iterable
from typing import Any, NoReturn

from django.db import models

from idp.audit.errors import HistoryIsFixed
from idp.audit.types import Event
from idp.core import clock, ids


class AppendOnly(models.QuerySet["SecurityEvent"]):
    """A query set that reads and inserts."""

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ANN401 - Django's signature
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail=f"update of security events: {', '.join(kwargs)}")

    def delete(self) -> NoReturn:
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail="deletion of security events")

    def bulk_update(self, objs: Iterable["SecurityEvent"], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail="bulk update of security events")

    def bulk_create(  # noqa: PLR0917 - Django's signature
        self,
        objs: Iterable["SecurityEvent"],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        update_conflicts: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list["SecurityEvent"]:
        """Insert; an upsert would be an update. Raises HistoryIsFixed."""
        if update_conflicts or ignore_conflicts:
            raise HistoryIsFixed(detail="upsert of security events")
        return super().bulk_create(objs, batch_size=batch_size)


class SecurityEvent(models.Model):
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

    objects = AppendOnly.as_manager()

    class Meta:
        """Read by person, or by kind, newest first. `base_manager_name` closes the path Django uses inside `save`."""

        base_manager_name = "objects"
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["pseudonym", "-at"], name="audit_by_person"),
            models.Index(fields=["event", "-at"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.at.isoformat()}"

    def save(self, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Insert only. Raises HistoryIsFixed."""
        if not self._state.adding:
            raise HistoryIsFixed(detail=f"change of security event {self.pk}")
        # Without `force_insert` Django first tries an UPDATE when the key is set by hand.
        super().save(**{**options, "force_insert": True})

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        """Raises HistoryIsFixed."""
        raise HistoryIsFixed(detail=f"deletion of security event {self.pk}")
