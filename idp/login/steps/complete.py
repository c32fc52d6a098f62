"""The last step has no page: in the same POST that brought the last proof, the session is established.

`take` removes the sign-in and returns it to one caller only, so two parallel submits make one session.
"""

from django.db import Error as DatabaseFault

from idp.login.acr import reached_acr
from idp.login.models import SsoSession
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.state import Facts, LoginState, logins


def complete(*, state: LoginState, facts: Facts, device: Device) -> SsoSession | None:
    """The session of this sign-in, or None when a parallel submit finished it first. `facts` meet the requirement.

    Raises `CredentialsRefused` when the account was disabled meanwhile, and what the database raises.
    """
    assert facts.user_id is not None
    uid = state.requirement.uid
    if logins.take(uid) is None:
        return None
    authentication = Authentication(user_id=facts.user_id, proofs=facts.proofs, acr=reached_acr(facts.proofs), login_uid=uid)
    try:
        return establish_session(authentication=authentication, device=device)
    except DatabaseFault:
        # Nothing was written: put the sign-in back, so that pressing the button again is all it takes.
        logins.put(uid, state)
        raise
