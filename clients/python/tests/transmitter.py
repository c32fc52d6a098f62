"""Plays the provider's side of a push: makes event tokens, good ones and others, and posts them to the service."""

import json
import time
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.provider import CLIENT, SHOPPER, Provider

SECRET = "events-secret-" + "e" * 32
CREATED = "https://schemas.fashionistar.net/secevent/event-type/account-created"
SUSPENDED = "https://schemas.openid.net/secevent/risc/event-type/account-disabled"
REACTIVATED = "https://schemas.openid.net/secevent/risc/event-type/account-enabled"
SESSION = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
CREDENTIAL = "https://schemas.openid.net/secevent/caep/event-type/credential-change"
# Made once: an RSA key costs a quarter of a second.
KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "k2", "alg": "ES256", "use": "sig"})


class Transmitter:
    """A provider with keys; numbers and ids of events grow by themselves."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._numbers = count(1)
        self.publish(KEY)

    def publish(self, *keys: RSAKey | ECKey | OKPKey) -> None:
        """From now on the key set holds these."""
        self.provider.key_set = json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()

    def claims(self, uri: str = CREATED, /, *, members: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Claims of a good event; a change to None removes the claim, `members` changes those of the event."""
        number, now = next(self._numbers), int(time.time())
        subject = {"format": "iss_sub", "iss": self.provider.issuer, "sub": SHOPPER}
        said = {
            "sequence": number, "event_timestamp": now, "account": {"role": "client", "is_active": True}, "claims": {},
        }  # fmt: skip
        if uri == SESSION:
            subject = {"format": "complex", "user": subject, "session": {"format": "opaque", "id": "s1"}}  # type: ignore[dict-item]
        claims = {
            "iss": self.provider.issuer, "aud": CLIENT[0], "iat": now, "jti": f"jti-{number}", "txn": f"txn-{number}",
            "toe": now, "sub_id": subject, "events": {uri: said | (members or {})},
        }  # fmt: skip
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def signed(self, claims: dict[str, Any], *, key: RSAKey | ECKey = KEY, **header: Any) -> str:  # noqa: ANN401 - as above
        """The token."""
        named = {"alg": "RS256", "typ": "secevent+jwt", "kid": "k1"} | header
        return jwt.encode(named, claims, key, algorithms=[named["alg"]])

    def push(self, token: str, *, secret: str = SECRET, content_type: str = "application/secevent+jwt") -> HttpResponse:
        """One POST as the provider makes it; what a handler raises becomes the service's 500."""
        client = Client(raise_request_exception=False)
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return client.post("/events", data=token, content_type=content_type, headers=headers)  # type: ignore[return-value]

    def tell(self, uri: str = CREATED, /, **changes: Any) -> int:  # noqa: ANN401 - as above
        """Make, sign and push; the status."""
        return self.push(self.signed(self.claims(uri, **changes))).status_code
