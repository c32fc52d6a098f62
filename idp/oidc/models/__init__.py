"""Tables of the protocol: all six models of django-oauth-toolkit, swapped and widened, and five of our own.

Nothing secret lies here in clear: codes and tokens are SHA-256 digests, client secrets keyed digests, private keys and the
secrets we show to others sealed.
"""

from idp.oidc.models.authorization_code import AuthorizationCode
from idp.oidc.models.client import Client
from idp.oidc.models.consent import Consent
from idp.oidc.models.event_receiver import EventReceiver
from idp.oidc.models.session_client import SessionClient
from idp.oidc.models.signing_key import SigningKey
from idp.oidc.models.spent_assertion import SpentAssertion
from idp.oidc.models.tokens import AccessToken, DeviceGrant, IDToken, RefreshToken
from idp.oidc.models.user_event import UserEvent

__all__ = [
    "AccessToken",
    "AuthorizationCode",
    "Client",
    "Consent",
    "DeviceGrant",
    "EventReceiver",
    "IDToken",
    "RefreshToken",
    "SessionClient",
    "SigningKey",
    "SpentAssertion",
    "UserEvent",
]
