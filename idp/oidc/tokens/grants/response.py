"""The successful answer of the token endpoint (RFC 6749 §5.1)."""

from dataclasses import dataclass
from typing import Any

from idp.oidc.tokens.issue import IssuedToken


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """An access token, with an ID token when `openid` was granted."""

    access: IssuedToken
    id_token: str = ""
    refresh_token: str = ""

    def body(self) -> dict[str, Any]:
        """The JSON members; those without a value are absent."""
        members = {
            "access_token": self.access.value,
            "token_type": "Bearer",
            "expires_in": self.access.expires_in,
            "scope": " ".join(self.access.scopes),
            "refresh_token": self.refresh_token,
            "id_token": self.id_token,
        }
        return {name: value for name, value in members.items() if value != ""}
