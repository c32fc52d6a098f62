"""What the receiver remembers: which events it handled, and how new its knowledge of each account is."""

from django.db import models


class HandledEvent(models.Model):
    """One event, so that a repeat is answered and not handled. Delete old rows with `manage.py prune_events`."""

    jti = models.CharField(primary_key=True, max_length=64)
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.jti


class KnownSubject(models.Model):
    """The newest event about an account's state that was handled; what is older has nothing to say any more."""

    sub = models.CharField(primary_key=True, max_length=255)
    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.sub} at {self.sequence}"
