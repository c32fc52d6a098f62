"""News of the trail for the apps above. Sent inside the transaction of the change: if a receiver fails, there is no change.

Carries `event: Event`, `user_id: uuid.UUID | None` and `detail: Mapping[str, str]` as recorded, and where the event is of one
session `sid: uuid.UUID | None`; `sender` is `SecurityEvent`.
"""

from django.dispatch import Signal

# An event was written. Whoever tells people of changes hears of all of them here, so a new kind of factor needs no code for it.
recorded = Signal()
