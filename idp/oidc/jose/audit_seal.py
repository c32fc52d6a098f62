"""Signs the audit trail's seals with the provider's key, and lists the keys that ever did (`idp/audit/sealing.py`).

Here, because the trail lies below the protocol and knows no keys.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from idp.audit.sealing import seal_waiting
from idp.audit.verifier import ALGORITHM, SEAL_TYPE
from idp.core.specs import implements
from idp.oidc.jose import signing
from idp.oidc.models import SigningKey


def seal_audit() -> int:
    """Seal what waits; how many events. A chore. Raises `Unavailable` without a key: then they wait."""
    return seal_waiting(_signed)


@implements("RFC 8725", "3.11")
def _signed(claims: Mapping[str, Any]) -> str:
    """Of a type of its own, so that no seal passes for a token and no token for a seal. Raises `Unavailable`."""
    sign = signing.signer(algorithm=ALGORITHM, typ=SEAL_TYPE)
    return sign({"iss": settings.IDP_ISSUER, **claims})


def seal_keys() -> dict[str, list[dict[str, Any]]]:
    """A JWK Set of every key that may have signed a seal, those that are gone too: old seals are still read."""
    rows = SigningKey.objects.filter(algorithm=ALGORITHM).order_by("created_at", "kid")
    return {"keys": list(rows.values_list("public_jwk", flat=True))}
