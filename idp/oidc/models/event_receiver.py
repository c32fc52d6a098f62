"""Where a client wants to hear what happens to accounts (RFC 8935). Written by `registry/`, with the client's registration."""

from django.db import models

from idp.core import ids
from idp.core.fields import EncryptedTextField
from idp.oidc.models.client import Client


class EventReceiver(models.Model):
    """The `event_receiver` of one client."""

    # The secret is sealed for this row, so the key is made here.
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="event_receiver")
    endpoint = models.TextField()
    # Names of `events/vocabulary.py`, and the scopes whose claims it may be told.
    events = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    # What we show it to prove that it is us. Kept to be shown, so it cannot be a digest.
    secret = EncryptedTextField()

    def __str__(self) -> str:
        return f"event receiver {self.id}"
