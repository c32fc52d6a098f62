"""The last step has no page: in the same POST that brought the last proof, the session is established.

`take` removes the sign-in and returns it to one caller only, so two parallel submits make one session. What stays for a while
is where it was going (`state.FinishedLogin`).
"""

from django.db import Error as DatabaseFault

from idp.login.acr import reached_acr
from idp.login.errors import CredentialsRefused
from idp.login.models import SsoSession
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.state import Facts, FinishedLogin, LoginState, finished, logins


def complete(*, state: LoginState, facts: Facts, device: Device) -> SsoSession | None:
    """The session of this sign-in, or None when a parallel submit finished it first. `facts` meet the requirement.

    Raises `CredentialsRefused` when the account was disabled meanwhile, `LoginExpired` when the proofs are enough no more (the
    way leads back to where it began, which asks anew), and what the database raises.
    """
    assert facts.user_id is not None
    uid = state.requirement.uid
    finished.put(uid, FinishedLogin(browser=state.browser, return_to=state.requirement.return_to))
    if logins.take(uid) is None:
        return None
    authentication = Authentication(
        user_id=facts.user_id,
        proofs=facts.proofs,
        acr=reached_acr(facts.proofs),
        login_uid=uid,
        password_mark=facts.password_mark,
        factors=facts.factors,
    )
    try:
        return establish_session(authentication=authentication, device=device)
    except (DatabaseFault, CredentialsRefused):
        # Nothing was written: put the sign-in back, so that the page still works. One begun anew meanwhile stays.
        finished.discard(uid)
        logins.add(uid, state)
        raise
