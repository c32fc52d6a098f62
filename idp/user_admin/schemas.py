"""What staff send about other people's accounts, and what they are told of them. No address in full but in `Revealed`."""

import datetime as dt
import uuid
from typing import Annotated, Any

from pydantic import Field

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.types import AddressKind
from idp.core import clock
from idp.core.types import Schema
from idp.login.device_label import device_label
from idp.login.models import SsoSession
from idp.user_admin.masking import masked_email, masked_phone

_REASON = "Why, such as a ticket number: at most 200 characters, kept in the audit trail. No names or addresses."
Reason = Annotated[str, Field(description=_REASON)]
# An address is never longer, whatever is typed.
_LONGEST_IDENTIFIER = 254


class Reasoned(Schema):
    """What every act asks."""

    reason: Reason


class RoleChange(Reasoned):
    """Another role."""

    role: Annotated[Role, Field(strict=False)]


class AddressConfirmation(Reasoned):
    """Which address of the account counts as its owner's."""

    kind: Annotated[AddressKind, Field(strict=False)]


class PersonSearch(Schema):
    """A whole e-mail address or phone number: sent in a body, so that none is ever part of an address or a log."""

    identifier: Annotated[str, Field(max_length=_LONGEST_IDENTIFIER)]


class ListedPerson(Schema):
    """An account in a list."""

    sub: uuid.UUID = Field(description="The account's id.")
    email: str = Field(description="Masked; empty when there is none.")
    email_verified: bool
    phone_number: str = Field(description="Masked; empty when there is none.")
    phone_number_verified: bool
    role: str
    is_staff: bool
    is_active: bool = Field(description="False while it is suspended.")
    created_at: dt.datetime

    @classmethod
    def of(cls, user: User) -> "ListedPerson":
        """As a list shows this account."""
        return cls(**_listed(user))


class AdministeredPerson(ListedPerson):
    """One account, as staff see it."""

    auth_provider: str = Field(description="How the account came about.")
    member_id: str | None
    locale: str
    zoneinfo: str
    updated_at: dt.datetime
    erasure_due_at: dt.datetime | None = Field(description="When it is erased; null unless its owner asked for that.")
    restricted_at: dt.datetime | None = Field(description="Since when its data is not used beyond signing in.")
    has_second_factor: bool
    open_sessions: int

    @classmethod
    def seen(cls, user: User, *, has_second_factor: bool, open_sessions: int) -> "AdministeredPerson":
        """The account, with what other tables say of it."""
        return cls(
            **_listed(user),
            auth_provider=user.auth_provider,
            member_id=user.member_id,
            locale=user.locale,
            zoneinfo=user.zoneinfo,
            updated_at=user.updated_at,
            erasure_due_at=user.erasure_due_at,
            restricted_at=user.restricted_at,
            has_second_factor=has_second_factor,
            open_sessions=open_sessions,
        )


class People(Schema):
    """A page of accounts, the newest first."""

    people: tuple[ListedPerson, ...]
    next: uuid.UUID | None = Field(description="To be sent as `after` for the page that follows; null on the last one.")


class AdministeredSession(Schema):
    """One sign-in of a person in one browser."""

    sid: uuid.UUID
    state: str = Field(description="`live`, `expired`, or `ended` by an act.")
    device: str = Field(description="What the browser calls itself, such as: Chrome on Android.")
    acr: str
    signed_in_at: dt.datetime
    last_used_at: dt.datetime
    ended_at: dt.datetime | None
    end_reason: str = Field(description="Empty unless it was ended by an act.")

    @classmethod
    def of(cls, session: SsoSession) -> "AdministeredSession":
        """As it stands at this moment."""
        state = "ended" if session.ended_at else ("live" if session.is_live(clock.now()) else "expired")
        return cls(
            sid=session.pk,
            state=state,
            device=device_label(session.user_agent),
            acr=session.acr,
            signed_in_at=session.auth_time,
            last_used_at=session.last_seen_at,
            ended_at=session.ended_at,
            end_reason=session.end_reason,
        )


class AdministeredSessions(Schema):
    """The latest sign-ins of one person, the newest first."""

    sessions: tuple[AdministeredSession, ...]


class Revealed(Schema):
    """The addresses in full."""

    email: str | None
    phone_number: str | None


def _listed(user: User) -> dict[str, Any]:
    return {
        "sub": user.pk,
        "email": masked_email(user.email),
        "email_verified": user.email_verified,
        "phone_number": masked_phone(user.phone_number),
        "phone_number_verified": user.phone_number_verified,
        "role": user.role,
        "is_staff": user.is_staff,
        "is_active": user.is_active,
        "created_at": user.created_at,
    }


class PeopleQuery(Schema):
    """Which page of the list, and of whom."""

    after: Annotated[uuid.UUID | None, Field(strict=False)] = None
    role: Annotated[Role | None, Field(strict=False)] = None
    is_active: Annotated[bool | None, Field(strict=False)] = None
