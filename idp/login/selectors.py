"""Reading sessions: one SELECT, joined with the person."""

import datetime as dt
import uuid

from django.conf import settings

from idp.core.clock import seconds
from idp.login.models import SsoSession


def get_live_session(*, sid: uuid.UUID, at: dt.datetime) -> SsoSession | None:
    """The session if it counts at this moment and its account is active; `user` is loaded with it."""
    return (
        SsoSession.objects.select_related("user")
        .filter(
            id=sid,
            ended_at__isnull=True,
            expires_at__gt=at,
            last_seen_at__gt=at - seconds(settings.IDP_SESSION_IDLE_SECONDS),
            user__is_active=True,
        )
        .first()
    )
