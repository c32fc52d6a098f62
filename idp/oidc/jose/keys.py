"""Signing keys: made here, sealed in the database, published by their public halves (RFC 7517, RFC 7638).

Which key signs or verifies is read from the database every time: another process may have rotated or removed one a moment ago.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.errors import Unavailable
from idp.core.statements import Given
from idp.oidc.models import SigningKey

Key = RSAKey | ECKey | OKPKey

# RS256 is what every OpenID client understands (OIDC Core §15.1); ES256 is several times cheaper and what our own clients ask
# for; PS256 and EdDSA (Ed25519) are the other two that FAPI 2.0 §5.4.1 admits.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
# Seconds for which anybody may keep the key set.
JWKS_CACHE_SECONDS = 300
_RSA_BITS = 2048
_PUBLISHED = (SigningKey.State.NEXT, SigningKey.State.ACTIVE, SigningKey.State.RETIRING)


# --- Made ---------------------------------------------------------------------------------------------------------------
def ensure_active_keys() -> list[str]:
    """Make the active key of each algorithm that has none; returns the `kid`s made. Safe when two processes start at once."""
    present = set(SigningKey.objects.filter(state=SigningKey.State.ACTIVE).values_list("algorithm", flat=True))
    missing = [algorithm for algorithm in ALGORITHMS if algorithm not in present]
    made = [new_key(algorithm, SigningKey.State.ACTIVE) for algorithm in missing]
    return [key.kid for key in made if stored(key)]


def new_key(algorithm: str, state: SigningKey.State) -> SigningKey:
    """A fresh key pair, not stored yet. An RSA key takes a quarter of a second: never made inside a transaction."""
    key = _generated(algorithm)
    kid, moment = key.thumbprint(), clock.now()
    # One key, one algorithm (RFC 8725 §3.1): `alg` in the JWK pins it for clients too.
    facts = {"kid": kid, "alg": algorithm, "use": "sig"}
    return SigningKey(
        kid=kid,
        algorithm=algorithm,
        public_jwk={**key.as_dict(private=False), **facts},
        private_pem=key.as_pem(private=True).decode(),
        state=state,
        state_since=moment,
        created_at=moment,
    )


def stored(key: SigningKey) -> bool:
    """Whether this key is now in the table; False when another process was first, which the unique constraints decide."""
    try:
        with transaction.atomic():
            key.save(force_insert=True)
            record(event=Event.KEY_CREATED, detail={"kid": key.kid, "algorithm": key.algorithm, "state": key.state})
    except IntegrityError:
        return False
    return True


def _generated(algorithm: str) -> Key:
    if algorithm in {"RS256", "PS256"}:
        return RSAKey.generate_key(_RSA_BITS)
    return ECKey.generate_key("P-256") if algorithm == "ES256" else OKPKey.generate_key("Ed25519")


# --- Read ---------------------------------------------------------------------------------------------------------------
def published_jwks() -> dict[str, list[dict[str, Any]]]:
    """The key set of `jwks_uri`: public halves only, each `kid` once (RFC 7517 §5)."""
    rows = SigningKey.objects.filter(state__in=_PUBLISHED).order_by("created_at", "kid")
    return {"keys": list(rows.values_list("public_jwk", flat=True))}


def verification_key(*, kid: str, algorithm: str) -> Key | None:
    """The public half of a key that is published for exactly this algorithm: one SELECT. None for any other."""
    row = SigningKey.objects.filter(kid=kid, algorithm=algorithm, state__in=_PUBLISHED).only("public_jwk").first()
    if row is None:
        return None
    key: Key = KeySet.import_key_set({"keys": [row.public_jwk]}).keys[0]  # type: ignore[assignment]  # no oct key is ours
    return key


def _active(algorithm: str | Given) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(state=SigningKey.State.ACTIVE, algorithm=algorithm)


def signing_kid(algorithm: Given) -> dict[str, Subquery]:
    """The annotation `SessionBound.signing_kid`: the `kid` of the key that signs with `algorithm` now; see `active_key`."""
    return {"signing_kid": Subquery(_active(algorithm).values("kid")[:1])}


def active_key(algorithm: str, *, kid: str | None = None) -> Key:
    """The private key that signs with `algorithm` now. Raises `Unavailable` when there is none.

    `kid` is what `signing_kid` said a moment ago, in the SELECT of what is to be signed: a key that is parsed already then needs
    no SELECT of its own. Without one the table is asked.
    """
    parsed = _parsed.get(algorithm)
    if parsed is not None and parsed.kid == kid:
        return parsed
    row = _active(algorithm).first()
    if row is None:
        raise Unavailable(_("The sign-in service is not ready yet. Please try again in a moment."), detail=f"no {algorithm} key")
    known = _parsed.get(algorithm)
    if known is None or known.kid != row.kid:
        known = _parsed[algorithm] = _opened(row)
    return known


def _opened(row: SigningKey) -> Key:
    kinds: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    kind = kinds[row.public_jwk["kty"]]
    return kind.import_key(str(row.private_pem), {"kid": row.kid})


# Parsing and checking an RSA key takes 34 ms, so it is done once per process and key. A kid is the thumbprint of its key: an
# entry can never be another key's, and the one it replaces is forgotten.
_parsed: dict[str, Key] = {}
