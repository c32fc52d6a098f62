"""A passkey, shown after the password or instead of name and password. Nobody guesses a signature, so nothing is counted here;
what a wrong answer costs us is bounded per network address (`limits.py`).
"""

import uuid
from collections.abc import Mapping

from idp.audit.services import record
from idp.audit.types import Event
from idp.core.specs import implements
from idp.login.types import Proof
from idp.mfa.types import FactorKind
from idp.mfa.webauthn.errors import PasskeyRefused
from idp.mfa.webauthn.services.show import Proven, show
from idp.mfa.webauthn.types import Place


def prove_passkey(*, user_id: uuid.UUID | None, place: Place, answer: Mapping[str, object], must_verify: bool) -> Proven:
    """The passkey is theirs. Raises `PasskeyRefused`; the reason goes to log and audit trail."""
    try:
        return show(user_id=user_id, place=place, answer=answer, must_verify=must_verify)
    except PasskeyRefused as refused:
        detail = {"kind": FactorKind.PASSKEY, "reason": refused.public_code}
        record(event=Event.FACTOR_REFUSED, user_id=user_id, browser=place.browser, detail=detail)
        raise


@implements("RFC 8176", "2")
def proofs_of(proven: Proven) -> tuple[Proof, ...]:
    """What it is worth: possession of a key in one device or in several, somebody there, and whether they were checked."""
    key = Proof.SWK if proven.passkey.backup_eligible else Proof.HWK
    return (key, Proof.USER, *((Proof.VERIFIED,) if proven.user_verified else ()))
