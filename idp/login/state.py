"""A sign-in in progress: the requirement, the browser it belongs to and the facts proved so far.

It lives sealed in the cache for 15 minutes, never in the session: until the last proof nobody is signed in, so nothing
that reads sessions can mistake half a sign-in for a whole one (OWASP ASVS 5.0 V7.2).
"""

import datetime as dt
import hmac
import uuid
from typing import Literal

from idp.accounts.upstream import UpstreamIdentity
from idp.core.ephemeral import Ephemeral
from idp.core.types import Schema
from idp.login.errors import LoginExpired, WrongBrowser
from idp.login.requirement import LoginRequirement
from idp.login.types import Proof
from idp.mfa.standing import Standing, standing_of
from idp.mfa.webauthn.types import FirstPasskey

LIFETIME_SECONDS = 900


class Newcomer(Schema):
    """Who asks for an account, until the address is proven: nothing of it is in SQL before, so nobody can prepare an account
    on an address that is not theirs. They sign in by a password, which is a hash already, or by a passkey, made once the
    address is proven.
    """

    role: Literal["client", "vendor"]
    given_name: str
    family_name: str
    password: str = ""
    passkey: FirstPasskey | None = None


class Carried(Schema):
    """The session whose proofs stand at the beginning of the facts, as it was then (`step_up.py`)."""

    sid: uuid.UUID
    # The sign-in that proved them: once there was another one in that session, these are not its proofs any more.
    login_uid: str
    # When they were shown, and the moment from which they are too old.
    since: dt.datetime
    until: dt.datetime
    # So lately that they let in to add a factor.
    is_recent: bool


class Facts(Schema):
    """What is known so far: the identifier as typed, who it turned out to be, and by which proofs."""

    identifier: str = ""
    # Set together with the first proof, never by naming an identifier.
    user_id: uuid.UUID | None = None
    # Somebody who has no account yet; `identifier` is the address that is to be proven.
    newcomer: Newcomer | None = None
    # Who another service says they are, with an address that it verified and that has no account here: they may join.
    upstream: UpstreamIdentity | None = None
    # The link by which it was proved: once that is removed, the proof counts no more.
    upstream_link: uuid.UUID | None = None
    # It is; the account is made once there is something to sign in with.
    address_proven: bool = False
    proofs: tuple[Proof, ...] = ()
    # The factors by which: once one is removed, nothing of this sign-in counts any more.
    factors: tuple[uuid.UUID, ...] = ()
    # Of the password that was proved (`accounts.selectors.password_mark`): once it is changed, the proof counts no more.
    password_mark: str = ""
    # The first of the proofs were made before this sign-in, by a session that must still stand when it ends.
    carried: Carried | None = None
    # A recovery code was spent: it proves no second factor, it lets in to set up a new one.
    recovered: bool = False
    # A message about a forgotten password was asked for `identifier`; the key that came of it (`idp.recovery`); and the new
    # password is stored. None of them proves anything here.
    recovery_asked: bool = False
    recovery_key: str = ""
    recovery_done: bool = False
    # The key came of a first sign-in by passkey: the account found its owner, and what was prepared on it went, the passkey too.
    passkey_void: bool = False
    # The authenticator app being set up in this very sign-in, so that nobody is shown a secret somebody else began.
    enrolling: uuid.UUID | None = None
    # The browser can make a passkey by itself after this password, and has not been asked yet.
    may_upgrade: bool = False
    # Recovery codes made in this sign-in, in clear until the person has kept them.
    new_codes: tuple[str, ...] = ()
    # The wish not to be asked for the second factor again in this browser, made beside the one that was shown.
    remember: bool = False

    @property
    def sid(self) -> uuid.UUID | None:
        """The session this sign-in raises, which goes on when a factor is added on the way."""
        return None if self.carried is None else self.carried.sid

    def learning(self, **more: object) -> "Facts":
        """The same facts and these."""
        return self.model_copy(update=more)


class LoginState(Schema):
    """One sign-in in one browser; `browser` is `core.browser.browser_key`."""

    requirement: LoginRequirement
    browser: str
    # The digest of the remembered device's secret as the request at hand brought it: what is stored of it is never believed.
    device: str = ""
    facts: Facts = Facts()
    # An account elsewhere that shall sign in from now on, once its person has proved the account here in this very sign-in.
    link: UpstreamIdentity | None = None

    @property
    def standing(self) -> Standing:
        """What the person who is known can show, in this browser, at this moment (`mfa.standing`)."""
        return standing_of(self.facts.user_id, device=self.device)

    def with_facts(self, facts: Facts) -> "LoginState":
        """The same sign-in, knowing this instead."""
        return self.model_copy(update={"facts": facts})

    def forgetting(self) -> "LoginState":
        """The same sign-in from the start, for somebody who is not the person named so far."""
        requirement = self.requirement.model_copy(update={"login_hint": ""})
        return self.model_copy(update={"requirement": requirement, "facts": Facts(), "link": None})


class FinishedLogin(Schema):
    """Where a sign-in of this browser was going when it was finished. It grants nothing: whoever needs a login asks there."""

    browser: str
    return_to: str


logins: Ephemeral[LoginState] = Ephemeral(kind="login", model=LoginState, lifetime=LIFETIME_SECONDS)
# Kept for the button pressed twice and for Back. Written before the sign-in is taken, so that one of the two is always there.
finished: Ephemeral[FinishedLogin] = Ephemeral(kind="login-done", model=FinishedLogin, lifetime=LIFETIME_SECONDS)


def open_login(*, uid: str, browser: str) -> LoginState:
    """The sign-in of this address, for the browser that started it. Raises `LoginExpired`, `WrongBrowser`."""
    state = logins.get(uid)
    if state is None:
        raise LoginExpired(detail="no sign-in of that uid")
    if not hmac.compare_digest(state.browser, browser):
        raise WrongBrowser(detail="the sign-in belongs to another browser")
    return state


def keep_facts(state: LoginState) -> bool:
    """Store what is known now, unless the sign-in was finished meanwhile; says whether it was stored. Raises `Unavailable`.

    A cache cannot replace a record only if it is there, so it is written first: a finish that comes later takes it, and one
    that came before has left its note.
    """
    uid = state.requirement.uid
    logins.put(uid, state)
    if finished.get(uid) is None:
        return True
    logins.discard(uid)
    return False


def finished_target(*, uid: str, browser: str) -> str | None:
    """Where this browser's finished sign-in leads, or None: not finished, long ago, or another browser's."""
    done = finished.get(uid)
    return done.return_to if done is not None and hmac.compare_digest(done.browser, browser) else None
