"""What happened to an account, in the order in which it happened, for the services that keep a row of their own for it."""

from django.db import models

from idp.core import clock


class UserEvent(models.Model):
    """One piece of news, written in the transaction of the change. It names the account by its id and holds no personal data.

    The number comes from the database and not from a clock, which two machines never have alike: whoever changes an account
    holds its row, so of two changes the later one has the larger number.
    """

    number = models.BigAutoField(primary_key=True)
    # A name of `events/vocabulary.py`.
    name = models.CharField(max_length=40)
    # No foreign key: the last event of an account is read when the account is gone.
    user_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=clock.now, db_index=True)
    # The request that caused it, as the log and the audit trail name it (RFC 8417 §2.2 `txn`).
    txn = models.CharField(max_length=64)
    # How the account stood right after it: role and state, nothing else.
    account = models.JSONField()
    # What this kind of event says more: the session that ended, which identifier changed.
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.name} #{self.number}"
