"""News from the factors for the apps above (login ends sessions). Sent inside the transaction that makes the change.

Carries `user_id: uuid.UUID` and `acting_sid: uuid.UUID | None`, the session that made the change, if one did: it has just proven
who it is and goes on. `sender` is the model of the factor. `ends_sessions` is there and false for a passkey that the browser made
by itself after a password: it takes nothing from anybody, and no session ends for it. `reset` is there and true where support
took every factor away: nothing that was known of the person's browsers counts after that.
"""

from django.dispatch import Signal

# A factor was added or removed, or the recovery codes were made anew: whoever else holds a session of this person has to prove
# who they are once more (OWASP ASVS 5.0 V7.4.3).
factors_changed = Signal()
