"""Reading recovery codes: how many are left."""

import uuid

from idp.mfa.recovery_codes.models import RecoveryCode


def codes_left(user_id: uuid.UUID) -> int:
    """How many unused codes the person has: one query."""
    return RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True).count()
