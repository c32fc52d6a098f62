"""Disconnect Google or Facebook from one's account: it signs nobody in any more, and never was the last way in."""

import uuid

from django.db import transaction

from idp.accounts.models import UpstreamLink
from idp.accounts.selectors import links_of
from idp.accounts.services.upstream_links import unlink_upstream
from idp.authenticators.errors import LastWayIn
from idp.authenticators.services.fresh_proof import hold_proven
from idp.core.auth_context import AuthContext
from idp.mfa.errors import NoSuchFactor
from idp.mfa.signals import factors_changed
from idp.mfa.webauthn.selectors import passkeys_of


@transaction.atomic
def disconnect_service(*, actor: AuthContext, link_id: uuid.UUID) -> None:
    """Gone, and every other session of the person ends. Raises `ProofTooOld`, `SessionOver`, `NoSuchFactor`, `LastWayIn`."""
    user = hold_proven(actor)
    if not unlink_upstream(user_id=user.pk, link_id=link_id):
        raise NoSuchFactor(detail="no such link of this person")
    # Counted behind the removal, which is undone with the transaction.
    if not (user.has_usable_password() or passkeys_of(user.pk).exists() or links_of(user)):
        raise LastWayIn(detail="neither password nor passkey nor another service")
    factors_changed.send(sender=UpstreamLink, user_id=user.pk, acting_sid=actor.sid)
