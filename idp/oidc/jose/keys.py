"""Signing keys: made once, sealed in the database, published by their public halves (RFC 7517, RFC 7638)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from joserfc.jwk import ECKey, KeySet, RSAKey

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.errors import Unavailable
from idp.oidc.models import SigningKey

# RS256 is what every OpenID client understands (OIDC Core §15.1); ES256 is ten times cheaper and what our own clients ask for.
ALGORITHMS = ("RS256", "ES256")
_RSA_BITS = 2048
_PUBLISHED = (SigningKey.State.NEXT, SigningKey.State.ACTIVE, SigningKey.State.RETIRING)


def ensure_active_keys() -> list[str]:
    """Make the active key of each algorithm that has none; returns the `kid`s made. Safe when two processes start at once."""
    present = set(SigningKey.objects.filter(state=SigningKey.State.ACTIVE).values_list("algorithm", flat=True))
    missing = [algorithm for algorithm in ALGORITHMS if algorithm not in present]
    return [kid for algorithm in missing if (kid := _create_active(algorithm))]


def _create_active(algorithm: str) -> str | None:
    """One new active key, or None when another process was first."""
    key = RSAKey.generate_key(_RSA_BITS) if algorithm == "RS256" else ECKey.generate_key("P-256")
    kid = key.thumbprint()
    facts = {"kid": kid, "alg": algorithm, "use": "sig"}
    row = SigningKey(
        kid=kid,
        algorithm=algorithm,
        public_jwk={**key.as_dict(private=False), **facts},
        private_pem=key.as_pem(private=True).decode(),
        state=SigningKey.State.ACTIVE,
        created_at=clock.now(),
    )
    # The unique constraint on active keys decides a race between two first starts.
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(event=Event.KEY_CREATED, detail={"kid": kid, "algorithm": algorithm})
    except IntegrityError:
        return None
    return kid


def published_jwks() -> dict[str, list[dict[str, Any]]]:
    """The key set of `jwks_uri`: public halves only, each `kid` once (RFC 7517 §5)."""
    rows = SigningKey.objects.filter(state__in=_PUBLISHED).order_by("created_at")
    return {"keys": list(rows.values_list("public_jwk", flat=True))}


def published_keys() -> KeySet:
    """The same set, for verifying what we signed."""
    return KeySet.import_key_set(published_jwks())  # type: ignore[arg-type]  # joserfc's TypedDict, the same shape


def active_key(algorithm: str) -> RSAKey | ECKey:
    """The private key that signs with `algorithm` now. Raises `Unavailable` when there is none."""
    row = SigningKey.objects.filter(state=SigningKey.State.ACTIVE, algorithm=algorithm).first()
    if row is None:
        raise Unavailable(_("The sign-in service is not ready yet. Please try again in a moment."), detail=f"no {algorithm} key")
    if row.kid not in _parsed:
        kind = RSAKey if algorithm == "RS256" else ECKey
        _parsed[row.kid] = kind.import_key(str(row.private_pem), {"kid": row.kid})
    return _parsed[row.kid]


# Parsing and checking an RSA key takes 34 ms, so it is done once per process. A kid is the thumbprint of its key: an entry can
# never go stale, and which key is active is read from the database every time.
_parsed: dict[str, RSAKey | ECKey] = {}
