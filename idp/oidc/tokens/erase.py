"""Removes everything clients were given for one person, for good: tokens, codes, consents. Can be repeated."""

import uuid

from idp.core.batches import delete_in_batches
from idp.oidc.models import AccessToken, AuthorizationCode, Consent, RefreshToken


def erase_grants(*, user_id: uuid.UUID) -> dict[str, int]:
    """How many of each went. All were ended before: what is gone is found by nobody, and refused like a forged one."""
    return {
        "refresh_tokens": delete_in_batches(RefreshToken.objects.filter(user_id=user_id)),
        "access_tokens": delete_in_batches(AccessToken.objects.filter(user_id=user_id)),
        "codes": delete_in_batches(AuthorizationCode.objects.filter(user_id=user_id)),
        "consents": delete_in_batches(Consent.objects.filter(user_id=user_id)),
    }
