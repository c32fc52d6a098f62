"""What is known about the sign-in behind a request: carried from the session to codes, tokens and ID tokens."""

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuthContext:
    """One authentication of one person in one browser.

    `sid` names the session (OIDC Back-Channel Logout §2.1), `auth_time` is when the person last proved who they are,
    `acr` the level reached and `amr` the methods used (OIDC Core §2, RFC 8176). `login_uid` is the login that proved it,
    which is how `prompt=login` tells a new proof from an old one without comparing whole seconds.
    """

    sid: uuid.UUID
    user_id: uuid.UUID
    auth_time: dt.datetime
    acr: str
    amr: tuple[str, ...]
    login_uid: str
