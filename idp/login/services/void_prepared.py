"""What was prepared on an account before its owner proved an address of it counts no more: sessions with their tokens, every
factor, known and remembered devices, codes on their way, recovery keys. A change of address that waits ends with its session.
"""

import uuid
from collections.abc import Collection

from idp.core.specs import implements
from idp.login.services.end_session import end_user_sessions
from idp.login.services.remember_device import forget_devices
from idp.login.types import EndReason
from idp.mfa.one_time_code.services.void_codes import void_codes
from idp.mfa.recovery_codes.services.discard import discard_all as discard_recovery_codes
from idp.mfa.totp.services.manage import discard_all as discard_apps
from idp.mfa.webauthn.services.manage import discard_all as discard_passkeys
from idp.recovery.services.open_key import close_keys


@implements("OIDC Core", "5.7")
def void_prepared(*, user_id: uuid.UUID, addresses: Collection[str]) -> None:
    """In the transaction of the proof, with the person's row held: a sign-in that was judged before sees it when it ends."""
    end_user_sessions(user_id=user_id, reason=EndReason.ACCOUNT_CLAIMED)
    forget_devices(user_id=user_id)
    discard_apps(user_id=user_id)
    discard_passkeys(user_id=user_id)
    discard_recovery_codes(user_id=user_id)
    void_codes(addresses=addresses)
    close_keys(user_id=user_id)
