"""Reading passkeys: a person's own, one by its id, and what a browser may know of them."""

import uuid

from django.db.models import QuerySet

from idp.core.specs import implements
from idp.mfa.webauthn.models import Passkey, PasskeyOwner
from idp.mfa.webauthn.origins import rp_id


def passkeys_of(user_id: uuid.UUID) -> QuerySet[Passkey]:
    """The person's passkeys, the oldest first."""
    return Passkey.objects.filter(user_id=user_id).order_by("id")


def steps_of(user_id: uuid.UUID) -> dict[uuid.UUID, bool]:
    """Each passkey, and whether the person wants to be asked for it after the password: one query."""
    return dict(passkeys_of(user_id).values_list("id", "is_second_step"))


def find_passkey(credential_id: str) -> Passkey | None:
    """The passkey of this id, with its person, whoever that is."""
    return Passkey.objects.select_related("user").filter(credential_id=credential_id).first()


def handle_of(user_id: uuid.UUID) -> str:
    """The person's user handle, or "" for somebody who never began to add a passkey."""
    return PasskeyOwner.objects.filter(pk=user_id).values_list("handle", flat=True).first() or ""


@implements("WebAuthn L3", "5.1.10")
def accepted_here(user_id: uuid.UUID, *, account: str, display_name: str) -> dict[str, object] | None:
    """What a browser may know to tidy up the passkeys it offers (WebAuthn L3 §5.1.10); None for somebody without a handle."""
    handle = handle_of(user_id)
    if not handle:
        return None
    return {
        "rpId": rp_id(),
        "userId": handle,
        "allAcceptedCredentialIds": list(passkeys_of(user_id).values_list("credential_id", flat=True)),
        "name": account,
        "displayName": display_name or account,
    }
