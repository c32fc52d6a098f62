"""Whoever takes data along or ends an account has just shown the strongest factors they have: a stolen session does neither."""

from idp.accounts.models import User
from idp.authenticators.errors import ProofTooOld
from idp.authenticators.services.fresh_proof import hold_proven
from idp.core.auth_context import AuthContext
from idp.core.specs import implements
from idp.privacy.errors import ConfirmFirst


@implements("OWASP ASVS 5.0", "7.5.3")
def hold_confirmed(actor: AuthContext) -> User:
    """The person, proven and held as in `fresh_proof`. Raises `SessionOver`, `ConfirmFirst`."""
    try:
        return hold_proven(actor)
    except ProofTooOld as exc:
        raise ConfirmFirst(detail=exc.detail) from exc
