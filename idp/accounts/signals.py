"""News from accounts for the apps above (login ends sessions). Sent inside the transaction that makes the change:
if a receiver fails, the change does not happen either.

All carry `user_id: uuid.UUID`; `sender` is the `User` class. A changed password carries `acting_sid: uuid.UUID | None` too: the
session that changed it, if one did. It has just proven who it is and goes on.
"""

from django.dispatch import Signal

# The password is another one now: every session but a fresh one is suspect.
password_changed = Signal()
# The account may no longer be used: sessions and tokens must end.
user_deactivated = Signal()
# An account that nobody had proven to be theirs has its owner: whatever was prepared on it before is void. Carries
# `addresses: tuple[str, ...]`, the blind indexes of what it was reached by until then.
account_claimed = Signal()
# The person has another role: what they signed in for may not be enough, and what tokens say of them is no longer true.
role_changed = Signal()
