"""News this app sends upwards, so that it need not know who acts on it."""

from django.dispatch import Signal

# A session was ended by an act: sign-out, revocation, a disabled account, a changed password, another user.
# Running out of time sends nothing, because a client may keep offline access beyond it.
# Sent inside the transaction that ends the session, so a receiver's writes stand or fall with it.
# Arguments: sender (the class SsoSession), sid (UUID), user_id (UUID), reason (EndReason).
session_ended = Signal()
