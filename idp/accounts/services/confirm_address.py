"""An address that an account has is proven to be its owner's, by other means than a code of ours."""

from idp.accounts.identifiers import Email, Identifier
from idp.accounts.models import User
from idp.accounts.services.claim_account import claim_account
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock


def confirm_address(*, user: User, address: Identifier, via: str) -> None:
    """`user` is held by the caller's transaction and has this address, unproven until now; `via` is for the trail.

    The first one makes the account its owner's, with all that this voids (`claim_account`); the password stays.
    """
    if not user.is_verified:
        claim_account(user=user, to=address, via=via)
        return
    column = "email" if isinstance(address, Email) else "phone_number"
    values = {f"{column}_verified": True, f"{column}_verified_at": clock.now()}
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=values)
    record(event=Event.CONTACT_VERIFIED, user_id=user.pk, detail={"via": via})
