"""Remove what was written to an address whose owner is being erased, sent or not: nobody is written to after their end."""

from idp.core.batches import delete_in_batches
from idp.outbox.models import Message
from idp.outbox.recipient import recipient_digest


def forget_recipient(address: str) -> int:
    """How many went; can be repeated. An attempt under way ends as it ends, and finds nothing to write down about it."""
    if not address:
        # What has no recipient is nobody's: it stays.
        return 0
    return delete_in_batches(Message.objects.filter(recipient=recipient_digest(address)))
