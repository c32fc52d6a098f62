"""Everything sign-in holds of a person whose account is being erased: attempts, devices, sessions. Can be repeated."""

from idp.accounts.models import User
from idp.accounts.selectors import addresses_of
from idp.core.batches import delete_in_batches
from idp.login.models import AttemptCounter, KnownDevice, SsoSession
from idp.login.services.count_attempt import counters_of_factors
from idp.mfa.remembered_device.models import RememberedDevice


def forget_person(*, user: User) -> dict[str, int]:
    """How many of each went. Their sessions have ended before, so that tokens and clients know.

    What browsers' cookies lead to holds a `sid` and nothing else; it runs out by itself (`forget_stale`).
    """
    digests = KnownDevice.objects.filter(user=user).values_list("digest", flat=True)
    identifiers = addresses_of(user)
    keys = [*identifiers, *counters_of_factors(user_id=user.pk), *digests]
    return {
        "attempts": delete_in_batches(AttemptCounter.objects.filter(key__in=keys)),
        "devices": delete_in_batches(KnownDevice.objects.filter(user=user)),
        "remembered_devices": delete_in_batches(RememberedDevice.objects.filter(user=user)),
        "sessions": delete_in_batches(SsoSession.objects.filter(user=user)),
    }
