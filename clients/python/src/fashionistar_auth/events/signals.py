"""One Django signal for each kind of event. Handlers take `event` (`types.AccountEvent`); `sender` is that class.

They run in the transaction that remembers the event. If one raises, nothing is remembered, the provider hears a 500
and sends the event again: so a handler needs no guard against repeats, and may rely on every earlier event of the
account.
"""

from collections.abc import Mapping

from django.dispatch import Signal

user_created = Signal()
user_verified = Signal()
user_suspended = Signal()
user_reactivated = Signal()
user_role_changed = Signal()
user_identifier_changed = Signal()
user_profile_changed = Signal()
user_password_changed = Signal()
user_mfa_changed = Signal()
user_session_revoked = Signal()
user_deleted = Signal()
user_erased = Signal()
#: Sent for every event, after its own signal: for handlers that only copy `event.account`.
account_event = Signal()

BY_NAME: Mapping[str, Signal] = {
    "user.created": user_created,
    "user.verified": user_verified,
    "user.suspended": user_suspended,
    "user.reactivated": user_reactivated,
    "user.role_changed": user_role_changed,
    "user.identifier_changed": user_identifier_changed,
    "user.profile_changed": user_profile_changed,
    "user.password_changed": user_password_changed,
    "user.mfa_changed": user_mfa_changed,
    "user.session_revoked": user_session_revoked,
    "user.deleted": user_deleted,
    "user.erased": user_erased,
}
