"""Reading authenticator apps. What is not confirmed does not exist for anybody but its own enrolment."""

import uuid

from django.db.models import QuerySet

from idp.mfa.totp.models import TotpAuthenticator


def confirmed(user_id: uuid.UUID) -> QuerySet[TotpAuthenticator]:
    """The person's authenticator apps, the oldest first."""
    return TotpAuthenticator.objects.filter(user_id=user_id, confirmed_at__isnull=False).order_by("id")


def confirmed_ids(user_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Their ids; whether a code of an app can be asked for: one query."""
    return tuple(confirmed(user_id).values_list("id", flat=True))
