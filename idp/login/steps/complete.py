"""The last step has no page: in the same POST that brought the last proof, the session is established.

`take` removes the sign-in and returns it to one caller only, so two parallel submits make one session. What stays for a while
is where it was going (`state.FinishedLogin`).
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import transaction

from idp.login.acr import reached_acr
from idp.login.errors import CredentialsRefused
from idp.login.models import SsoSession
from idp.login.orchestrator import may_remember
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.services.prove_upstream import link_after_proof
from idp.login.state import Facts, FinishedLogin, LoginState, finished, logins
from idp.mfa.remembered_device.services.remember import remember


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The session, and the secret for the cookie of a browser that is remembered from now on, if it is."""

    session: SsoSession
    secret: str = ""


def complete(*, state: LoginState, facts: Facts, device: Device) -> Completed | None:
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
        upstream_link=facts.upstream_link,
        carried=facts.carried,
    )
    try:
        return _established(state, facts, authentication, device)
    except (DatabaseFault, CredentialsRefused):
        # Nothing was written: put the sign-in back, so that the page still works. One begun anew meanwhile stays.
        finished.discard(uid)
        logins.add(uid, state)
        raise


@transaction.atomic
def _established(state: LoginState, facts: Facts, authentication: Authentication, device: Device) -> Completed:
    """Session and memory stand or fall together; the person's row is held, so nothing that forgets devices runs in between."""
    session = establish_session(authentication=authentication, device=device)
    if state.link is not None:
        link_after_proof(session=session, identity=state.link)
    if not (facts.remember and settings.IDP_REMEMBER_DEVICE_DAYS and may_remember(facts, state.with_facts(facts).standing)):
        return Completed(session=session)
    secret = remember(user=session.user, presented=state.device, user_agent=device.user_agent)
    return Completed(session=session, secret=secret)
