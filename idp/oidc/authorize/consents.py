"""Remembered consents: what a person allowed a client, read and widened here."""

import uuid

from django.db import transaction

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.oidc.models import Client, Consent


def consented_scopes(*, user_id: uuid.UUID, client: Client) -> frozenset[str]:
    """The scopes this person allowed this client and has not withdrawn."""
    consent = Consent.objects.filter(user_id=user_id, client=client, withdrawn_at=None).first()
    return frozenset(consent.scopes) if consent else frozenset()


def grant_consent(*, context: AuthContext, client: Client, scopes: tuple[str, ...]) -> None:
    """Remember these scopes beside those allowed before; audited in the same transaction."""
    with transaction.atomic():
        consent, _created = Consent.objects.select_for_update().get_or_create(
            user_id=context.user_id, client=client, defaults={"granted_at": clock.now()}
        )
        earlier = () if consent.withdrawn_at else consent.scopes
        consent.scopes = sorted({*earlier, *scopes})
        consent.granted_at, consent.withdrawn_at = clock.now(), None
        consent.save()
        record(
            event=Event.CONSENT_GRANTED,
            user_id=context.user_id,
            client_id=client.client_id,
            sid=context.sid,
            detail={"scopes": " ".join(scopes)},
        )


def record_denial(*, context: AuthContext, client: Client, scopes: tuple[str, ...]) -> None:
    """A refusal changes nothing but is worth knowing."""
    record(
        event=Event.CONSENT_DENIED,
        user_id=context.user_id,
        client_id=client.client_id,
        sid=context.sid,
        detail={"scopes": " ".join(scopes)},
    )
