"""What judging a signed access token costs a process: `python -m measure.local_validation` in the package's folder.

Prints microseconds of processor time for each algorithm, the best of five rounds, keys being known.
"""

import time
import warnings

from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from fashionistar_auth.conf import get_settings
from fashionistar_auth.local_validation import LocalValidator
from fashionistar_auth.provider_keys import ProviderKeys
from tests.provider import running_provider
from tests.token_signer import TokenSigner

_ROUNDS, _TOKENS = 5, 1000
_KEYS: tuple[RSAKey | ECKey | OKPKey, ...] = (
    RSAKey.generate_key(2048, {"kid": "rsa", "alg": "RS256"}),
    RSAKey.generate_key(2048, {"kid": "pss", "alg": "PS256"}),
    ECKey.generate_key("P-256", {"kid": "ec", "alg": "ES256"}),
    OKPKey.generate_key("Ed25519", {"kid": "ed", "alg": "EdDSA"}),
)


def measure() -> None:
    """Print a line for each algorithm."""
    with running_provider() as provider:
        settings = get_settings().model_copy(update={"issuer": provider.issuer})
        validator, signer = LocalValidator(settings, ProviderKeys(settings)), TokenSigner(provider)
        signer.publish(*_KEYS)
        for key in _KEYS:
            token = signer.token(key=key, header={"alg": key.alg, "kid": key.kid})
            best = min(_seconds(validator, token) for _ in range(_ROUNDS))
            print(f"{key.alg}: {best / _TOKENS * 1e6:.0f} us, {len(token)} characters")  # noqa: T201 - a program


def _seconds(validator: LocalValidator, token: str) -> float:
    begun = time.process_time()
    for _ in range(_TOKENS):
        if validator.validate(token) is None:
            raise RuntimeError("an honest token was refused")
    return time.process_time() - begun


if __name__ == "__main__":
    warnings.simplefilter("ignore", SecurityWarning)
    measure()
