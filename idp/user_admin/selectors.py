"""Reading people's accounts for staff. Whoever calls records the look first (`services.record_look`)."""

import uuid

from idp.accounts.errors import NoSuchAccount
from idp.accounts.identifiers import Identifier
from idp.accounts.models import User
from idp.accounts.selectors import find_account, find_user, page_of_users
from idp.login.selectors import count_unended_sessions, latest_sessions
from idp.mfa.standing import standing_of
from idp.user_admin.schemas import AdministeredPerson, AdministeredSession, AdministeredSessions, ListedPerson, People

PAGE = 50
_MOST_SESSIONS = 100


def list_people(*, after: uuid.UUID | None, role: str = "", is_active: bool | None = None) -> People:
    """One page by the primary key, which no table is too large for: one query."""
    rows = page_of_users(after=after, limit=PAGE + 1, role=role, is_active=is_active)
    shown = rows[:PAGE]
    return People(people=tuple(map(ListedPerson.of, shown)), next=shown[-1].pk if len(rows) > PAGE else None)


def person_by(*, identifier: Identifier) -> User:
    """Whose address this is, by the blind index. Raises NoSuchAccount."""
    return _there(find_user(identifier))


def person_of(user_id: uuid.UUID) -> User:
    """The account of this id, suspended or not. Raises NoSuchAccount."""
    return _there(find_account(user_id))


def see(user: User) -> AdministeredPerson:
    """What staff see of it. A suspended account's factors are there still."""
    return AdministeredPerson.seen(
        user,
        has_second_factor=bool(standing_of(user.pk).factors),
        open_sessions=count_unended_sessions(user_id=user.pk),
    )


def sessions_of(user_id: uuid.UUID) -> AdministeredSessions:
    """The latest ones, whatever became of them: one query."""
    found = latest_sessions(user_id=user_id, limit=_MOST_SESSIONS)
    return AdministeredSessions(sessions=tuple(map(AdministeredSession.of, found)))


def _there(user: User | None) -> User:
    """Raises NoSuchAccount."""
    if user is None:
        raise NoSuchAccount(detail="asked for by staff")
    return user
