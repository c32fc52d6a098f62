"""The part of the environment that lets people sign in with Google or Facebook: each off until an operator switches it on.

A base of `env.Environment`, which judges these variables with all others; `env_rules` refuses a switch without credentials.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from idp.config import env_values as values
from idp.core.upstreams import Upstream

_OnOff = Annotated[bool, BeforeValidator(values.on_off)]
_Elsewhere = Annotated[str, BeforeValidator(values.origin)]
# Of 29 July 2026; Facebook keeps a version for two years at least. The next one is a change of this line.
_GRAPH = "v26.0"


class FederationEnvironment(BaseSettings):
    """The switches, what was registered there, and for tests another place to ask."""

    google_sign_in: _OnOff = Field(False, validation_alias="IDP_GOOGLE_SIGN_IN")
    google_client_id: str = Field("", validation_alias="IDP_GOOGLE_CLIENT_ID")
    google_client_secret: SecretStr = Field(SecretStr(""), validation_alias="IDP_GOOGLE_CLIENT_SECRET")
    google_url: _Elsewhere = Field("", validation_alias="IDP_GOOGLE_URL")
    facebook_sign_in: _OnOff = Field(False, validation_alias="IDP_FACEBOOK_SIGN_IN")
    facebook_client_id: str = Field("", validation_alias="IDP_FACEBOOK_CLIENT_ID")
    facebook_client_secret: SecretStr = Field(SecretStr(""), validation_alias="IDP_FACEBOOK_CLIENT_SECRET")
    facebook_url: _Elsewhere = Field("", validation_alias="IDP_FACEBOOK_URL")

    @property
    def upstreams(self) -> dict[str, Upstream]:
        """Those that are on, by name."""
        switches = ((self.google_sign_in, self._google), (self.facebook_sign_in, self._facebook))
        return {upstream.name: upstream for is_on, upstream in switches if is_on}

    @property
    def _google(self) -> Upstream:
        """The endpoints are those of its discovery document, which has not changed them for years."""
        return Upstream(
            name="google",
            label="Google",
            issuer=self.google_url or "https://accounts.google.com",
            client_id=self.google_client_id,
            client_secret=self.google_client_secret.get_secret_value(),
            authorization_url=f"{self.google_url or 'https://accounts.google.com'}/o/oauth2/v2/auth",
            token_url=f"{self.google_url or 'https://oauth2.googleapis.com'}/token",
            keys_url=f"{self.google_url or 'https://www.googleapis.com'}/oauth2/v3/certs",
        )

    @property
    def _facebook(self) -> Upstream:
        return Upstream(
            name="facebook",
            label="Facebook",
            issuer=self.facebook_url or "https://www.facebook.com",
            client_id=self.facebook_client_id,
            client_secret=self.facebook_client_secret.get_secret_value(),
            authorization_url=f"{self.facebook_url or 'https://www.facebook.com'}/{_GRAPH}/dialog/oauth",
            token_url=f"{self.facebook_url or 'https://graph.facebook.com'}/{_GRAPH}/oauth/access_token",
            person_url=f"{self.facebook_url or 'https://graph.facebook.com'}/{_GRAPH}/me",
        )
