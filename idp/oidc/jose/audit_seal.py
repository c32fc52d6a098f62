"""Signs the audit trail's seals and anchors with the provider's key, and lists the keys that ever did (`idp/audit/sealing.py`).

Here, because the trail lies below the protocol and knows no keys.
"""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings

from idp.audit.retention import drop_older
from idp.audit.sealing import seal_waiting
from idp.audit.verifier import ALGORITHM, ANCHOR_TYPE, SEAL_TYPE
from idp.core.specs import implements
from idp.oidc.jose import signing
from idp.oidc.models import SigningKey


def seal_audit() -> int:
    """Seal what waits; how many events. A chore. Raises `Unavailable` without a key: then they wait."""
    return seal_waiting(_signed)


def drop_audit(than: dt.timedelta) -> int:
    """Drop what is older of the trail, behind a signed anchor; how many events. Raises `Unavailable` without a key."""
    return drop_older(than=than, sign=partial(_signed, kind=ANCHOR_TYPE))


@implements("RFC 8725", "3.11")
def _signed(claims: Mapping[str, Any], *, kind: str = SEAL_TYPE) -> str:
    """Of types of their own, so that no seal passes for a token or an anchor, and the reverse. Raises `Unavailable`."""
    sign = signing.signer(algorithm=ALGORITHM, typ=kind)
    return sign({"iss": settings.IDP_ISSUER, **claims})


def seal_keys() -> dict[str, list[dict[str, Any]]]:
    """A JWK Set of every key that may have signed a seal, those that are gone too: old seals are still read."""
    rows = SigningKey.objects.filter(algorithm=ALGORITHM).order_by("created_at", "kid")
    return {"keys": list(rows.values_list("public_jwk", flat=True))}
