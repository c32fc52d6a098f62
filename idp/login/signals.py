"""News this app sends upwards, so that it need not know who acts on it."""

from django.dispatch import Signal

# Sessions of one person were ended by an act: sign-out, revocation, a disabled account, a changed password, another user.
# Running out of time sends nothing, because a client may keep offline access beyond it.
# Sent inside the transaction that ends the session, so a receiver's writes stand or fall with it.
# All that ended together in one piece of news, so that a receiver can lock what belongs to them in an order of its own.
# Arguments: sender (the class SsoSession), sids (UUIDs), user_id (UUID), reason (EndReason).
session_ended = Signal()
