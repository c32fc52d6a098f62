"""An assertion counts once: the insert of its `jti` decides, on every node at the same time (RFC 7523 §3, point 7)."""

import datetime as dt
import hashlib

from django.db import IntegrityError, transaction

from idp.core import clock
from idp.core.specs import implements
from idp.oidc.client_auth.proof import NotProven
from idp.oidc.models import Client, SpentAssertion


@implements("RFC 7523", "3")
def spend(*, client: Client, jti: str, expires_at: dt.datetime) -> None:
    """Use up this `jti` of the client. Raises `NotProven` when it was used before."""
    # A digest, because a client may choose any text, half characters included.
    digest = hashlib.sha256(jti.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        with transaction.atomic():
            SpentAssertion.objects.create(client=client, jti_digest=digest, expires_at=expires_at)
    except IntegrityError as exc:
        raise NotProven("the assertion was used before") from exc


def forget_expired() -> int:
    """Delete what no longer needs remembering, because it would be refused by its age; how many. A chore."""
    return SpentAssertion.objects.filter(expires_at__lt=clock.now()).delete()[0]
