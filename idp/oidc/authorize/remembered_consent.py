"""Remembered consents: what a person allowed a client, read, widened and withdrawn here."""

import uuid
from collections.abc import Container
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.auth_context import AuthContext
from idp.oidc.authorize.request import AuthorizationRequest
from idp.oidc.jose.claims import SCOPE_OF
from idp.oidc.models import Client, Consent
from idp.oidc.tokens.revoke import revoke_grants


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person allows a client: scopes, and claims singly. A scope allows each of its claims."""

    scopes: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()

    def covers(self, request: AuthorizationRequest) -> bool:
        """Whether everything this request asks for is allowed."""
        return set(request.scopes) <= self.scopes and set(singly_asked(request, beside=self.scopes)) <= self.claims


def singly_asked(request: AuthorizationRequest, *, beside: Container[str]) -> tuple[str, ...]:
    """The claims this request asks for that none of these scopes releases anyway (OIDC Core §5.5)."""
    return tuple(name for name in request.claims.names if SCOPE_OF[name] not in beside)


def allowed_before(*, user_id: uuid.UUID, client: Client) -> Allowed:
    """What this person allowed this client and has not withdrawn."""
    return _allowed(Consent.objects.all(), user_id, client)


def hold_allowed(*, user_id: uuid.UUID, client: Client) -> Allowed:
    """The same; and it stays so until the caller's transaction is over (row lock).

    Whoever issues on the strength of a consent asks this first, inside the transaction that issues: a withdrawal that runs at the
    same moment then waits, and sees and ends what was issued.
    """
    return _allowed(Consent.objects.select_for_update(no_key=True), user_id, client)


def _allowed(consents: QuerySet[Consent], user_id: uuid.UUID, client: Client) -> Allowed:
    consent = consents.filter(user_id=user_id, client=client, withdrawn_at=None).first()
    return Allowed(frozenset(consent.scopes), frozenset(consent.claims)) if consent else Allowed()


def grant_consent(*, context: AuthContext, client: Client, request: AuthorizationRequest) -> None:
    """Remember what was asked beside what was allowed before; audited in the same transaction."""
    with transaction.atomic():
        consent, _created = Consent.objects.select_for_update().get_or_create(
            user_id=context.user_id, client=client, defaults={"granted_at": clock.now()}
        )
        # What was withdrawn once is not given again by allowing something else.
        earlier = Allowed() if consent.withdrawn_at else Allowed(frozenset(consent.scopes), frozenset(consent.claims))
        consent.scopes = sorted({*earlier.scopes, *request.scopes})
        consent.claims = sorted({*earlier.claims, *singly_asked(request, beside=consent.scopes)})
        consent.granted_at, consent.withdrawn_at = clock.now(), None
        consent.save()
        record(
            event=Event.CONSENT_GRANTED,
            user_id=context.user_id,
            client_id=client.client_id,
            sid=context.sid,
            detail=_detail(request),
        )


def withdraw_consent(*, user_id: uuid.UUID, client: Client) -> bool:
    """Take back what was allowed, and end what the client holds by it; says whether it was this call that did it."""
    with transaction.atomic():
        open_consent = Consent.objects.filter(user_id=user_id, client=client, withdrawn_at=None)
        if not open_consent.update(withdrawn_at=clock.now()):
            return False
        revoke_grants(user_id=user_id, client_pk=client.pk)
        record(event=Event.CONSENT_WITHDRAWN, user_id=user_id, client_id=client.client_id)
    return True


def withdraw_consents(*, user_id: uuid.UUID) -> None:
    """The same for whatever this person allowed, in the caller's transaction."""
    for consent in Consent.objects.select_related("client").filter(user_id=user_id, withdrawn_at=None).order_by("id"):
        withdraw_consent(user_id=user_id, client=consent.client)


def record_denial(*, context: AuthContext, client: Client, request: AuthorizationRequest) -> None:
    """A refusal changes nothing but is worth knowing."""
    record(
        event=Event.CONSENT_DENIED,
        user_id=context.user_id,
        client_id=client.client_id,
        sid=context.sid,
        detail=_detail(request),
    )


def _detail(request: AuthorizationRequest) -> dict[str, str]:
    """What was asked, for the audit trail."""
    claims = " ".join(singly_asked(request, beside=request.scopes))
    return {"scopes": " ".join(request.scopes), **({"claims": claims} if claims else {})}
