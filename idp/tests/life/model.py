"""What must be true of every session, code and token after each act. Independent of the provider: no import of it but constants.

Seconds are those of a clock that the test turns by hand. A family is everything that came from one authorization; it is dead as
soon as any act that is meant to stop it has happened, and nothing makes it live again.
"""

import enum
from dataclasses import dataclass, field

from idp.tests.journey import Pkce
from idp.tests.parties import Party

# What AUTH.md promises, in seconds.
CODE_LIFE = 60
ACCESS_LIFE = 600
REPEAT_WINDOW = 60
CHAIN_LIFE = SESSION_ABSOLUTE = 30 * 24 * 3600
SESSION_IDLE = 12 * 3600
SESSION_TOUCHED_EVERY = 60
INTERACTION_LIFE = 1800


@dataclass(eq=False)
class Person:
    """Somebody with a password, who may be disabled."""

    email: str
    active: bool = True


@dataclass(eq=False)
class Session:
    """A person signed in in one browser."""

    person: Person
    proved_at: float
    seen_at: float
    ended: bool = False
    sid: str = ""

    def live(self, now: float) -> bool:
        """Whether it lets its browser in."""
        fresh = now < self.seen_at + SESSION_IDLE and now < self.proved_at + SESSION_ABSOLUTE
        return fresh and not self.ended and self.person.active

    def touch(self, now: float) -> None:
        """A request relied on it."""
        if now >= self.seen_at + SESSION_TOUCHED_EVERY:
            self.seen_at = now


@dataclass(eq=False)
class Refresh:
    """One refresh token of a chain; `used_at` is when it was replaced."""

    value: str
    used_at: float | None = None
    used_scope: str = ""


@dataclass(eq=False)
class Family:
    """One authorization and all that came from it."""

    party: Party
    session: Session
    scope: str
    rotates: bool
    dead: bool = False
    ends_at: float = 0
    chain: list[Refresh] = field(default_factory=list)


@dataclass(eq=False)
class Code:
    """An authorization code. `gone`: deleted before anybody used it."""

    value: str
    family: Family
    pkce: Pkce
    issued_at: float
    spent: bool = False
    gone: bool = False


@dataclass(eq=False)
class Access:
    """An access token."""

    value: str
    family: Family
    expires_at: float
    dead: bool = False
    # Found dead by the provider: from then on it is dead for good.
    settled: bool = False


class Outcome(enum.Enum):
    """What a request at the token endpoint must come to."""

    UNKNOWN_CLIENT = "the client is switched off"
    REFUSED = "invalid_grant, and nothing changes"
    KILLED = "invalid_grant, and the family dies"
    SCOPE = "invalid_scope, and nothing changes"
    ISSUED = "new tokens; where the chain rotates, a new refresh token"
    REPEATED = "a new access token and the same successor once more"


@dataclass
class World:
    """Everything that was ever issued, and who may still use it."""

    now: float = 0
    people: list[Person] = field(default_factory=list)
    disabled: set[str] = field(default_factory=set)
    consents: dict[tuple[Person, str], set[str]] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)

    @property
    def chained(self) -> list[Family]:
        """Families with refresh tokens."""
        return [family for family in self.families if family.chain]

    # --- What must hold now -----------------------------------------------------------------------------------------
    def alive(self, access: Access) -> bool:
        """Whether this token opens anything."""
        family = access.family
        allowed = family.party.client_id not in self.disabled and family.session.person.active
        return allowed and not access.dead and not family.dead and self.now < access.expires_at

    def redeeming(self, code: Code, *, rightly: bool, by: Party) -> Outcome:
        """A code at the token endpoint. Wrong in any part, it changes nothing; right a second time, it tells of a leak."""
        if by.client_id in self.disabled:
            return Outcome.UNKNOWN_CLIENT
        if code.gone or not rightly:
            return Outcome.REFUSED
        if code.spent:
            return Outcome.KILLED
        expired = self.now >= code.issued_at + CODE_LIFE
        return Outcome.REFUSED if expired or not code.family.session.person.active else Outcome.ISSUED

    def refreshing(self, token: Refresh, family: Family, *, by: Party, scope: str) -> Outcome:
        """A refresh token at the token endpoint."""
        if by.client_id in self.disabled:
            return Outcome.UNKNOWN_CLIENT
        if by.client_id != family.party.client_id or not family.session.person.active:
            return Outcome.REFUSED
        if not set(scope.split()) <= set(family.scope.split()):
            return Outcome.SCOPE
        if family.dead or self.now >= family.ends_at:
            return Outcome.REFUSED
        return self._used_again(token, family, scope) if token.used_at is not None else Outcome.ISSUED

    def _used_again(self, token: Refresh, family: Family, scope: str) -> Outcome:
        """Replaced already: the immediate predecessor, in time, is an honest client that lost an answer."""
        assert token.used_at is not None
        in_time = self.now <= token.used_at + REPEAT_WINDOW
        behind = len(family.chain) - 1 - family.chain.index(token)
        if in_time and behind == 1:
            return Outcome.REPEATED if scope == token.used_scope else Outcome.SCOPE
        # A slow tab may be one step later than that.
        return Outcome.REFUSED if in_time and behind == 2 else Outcome.KILLED

    # --- What acts change -------------------------------------------------------------------------------------------
    def end(self, session: Session) -> None:
        """Signed out, ended elsewhere, disabled, or somebody else signed in: all that hangs on it dies."""
        session.ended = True
        self._kill([family for family in self.families if family.session is session])

    def disable_client(self, client_id: str) -> None:
        """A client that is switched off loses what it had."""
        self.disabled.add(client_id)
        self._kill([family for family in self.families if family.party.client_id == client_id])

    def disable_person(self, person: Person) -> None:
        """A disabled person is signed in nowhere."""
        person.active = False
        for session in self.sessions:
            if session.person is person:
                self.end(session)

    def withdraw(self, person: Person, client_id: str) -> bool:
        """What a person allowed a client is taken back, if there is anything; then all that the client holds of them dies."""
        if self.consents.pop((person, client_id), None) is None:
            return False
        self._kill([family for family in self.families if (family.session.person, family.party.client_id) == (person, client_id)])
        return True

    def _kill(self, families: list[Family]) -> None:
        for family in families:
            family.dead = True
        for code in self.codes:
            code.gone = code.gone or (code.family in families and not code.spent)
