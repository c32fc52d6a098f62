"""The names of the news, the URI each has on the wire, and which event of the audit trail is which news. Pure.

Where OpenID has an event that says the same (CAEP 1.0, RISC 1.0), its URI is used; the rest is under a namespace of the platform.
RISC's `identifier-changed` is not used: its subject is an address, and an address is told only to whom it is registered for.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from idp.audit.types import Event
from idp.core.specs import implements

Facts = Mapping[str, Any]

_OURS = "https://schemas.fashionistar.net/secevent/event-type"
_CAEP = "https://schemas.openid.net/secevent/caep/event-type"
_RISC = "https://schemas.openid.net/secevent/risc/event-type"


class UserEventName(StrEnum):
    """What a receiver registers for. A name, once published, is never given another meaning."""

    CREATED = "user.created"
    VERIFIED = "user.verified"
    SUSPENDED = "user.suspended"
    REACTIVATED = "user.reactivated"
    ROLE_CHANGED = "user.role_changed"
    IDENTIFIER_CHANGED = "user.identifier_changed"
    PROFILE_CHANGED = "user.profile_changed"
    PASSWORD_CHANGED = "user.password_changed"
    MFA_CHANGED = "user.mfa_changed"
    SESSION_REVOKED = "user.session_revoked"
    # Its end was asked for, or that was taken back: the `state` says which. Then it is gone.
    DELETED = "user.deleted"
    ERASED = "user.erased"


URIS: Mapping[UserEventName, str] = {
    UserEventName.CREATED: f"{_OURS}/account-created",
    UserEventName.VERIFIED: f"{_OURS}/account-verified",
    UserEventName.SUSPENDED: f"{_RISC}/account-disabled",
    UserEventName.REACTIVATED: f"{_RISC}/account-enabled",
    UserEventName.ROLE_CHANGED: f"{_OURS}/role-changed",
    UserEventName.IDENTIFIER_CHANGED: f"{_OURS}/identifier-changed",
    UserEventName.PROFILE_CHANGED: f"{_OURS}/profile-changed",
    # Two names, one event: `credential_type` tells them apart.
    UserEventName.PASSWORD_CHANGED: f"{_CAEP}/credential-change",
    UserEventName.MFA_CHANGED: f"{_CAEP}/credential-change",
    UserEventName.SESSION_REVOKED: f"{_CAEP}/session-revoked",
    UserEventName.DELETED: f"{_OURS}/account-deletion",
    UserEventName.ERASED: f"{_RISC}/account-purged",
}

# CAEP §3.2: `credential_type` by our kind of factor; kinds it has no word for keep ours.
_CREDENTIAL_TYPES = {"totp": "app", "": "all"}

News = tuple[UserEventName, Facts]
_Reader = Callable[[Facts, uuid.UUID | None], Iterator[News]]


def news_of(event: Event, detail: Mapping[str, str], sid: uuid.UUID | None) -> tuple[News, ...]:
    """What receivers are told of an event of the audit trail: mostly nothing, sometimes two things."""
    reader = _READERS.get(event)
    return tuple(reader(detail, sid)) if reader else ()


def _plain(name: UserEventName, *members: str, **fixed: str) -> _Reader:
    """News that repeats some members of the trail's detail."""

    def read(detail: Facts, _sid: uuid.UUID | None) -> Iterator[News]:
        yield name, {**fixed, **{member: detail[member] for member in members if member in detail}}

    return read


def _created(detail: Facts, _sid: uuid.UUID | None) -> Iterator[News]:
    """People moved in come from the backend's own export: a million of them are no news to it."""
    if detail.get("via") != "import":
        yield UserEventName.CREATED, {}


def _changed_fields(detail: Facts, _sid: uuid.UUID | None) -> Iterator[News]:
    """A role is its own news."""
    fields = set(detail.get("fields", "").split())
    if "role" in fields:
        yield UserEventName.ROLE_CHANGED, {}
    if profile := sorted(fields - {"role"}):
        yield UserEventName.PROFILE_CHANGED, {"fields": profile}


@implements("OpenID CAEP", "3.2")
def _credential(change_type: str) -> _Reader:
    def read(detail: Facts, _sid: uuid.UUID | None) -> Iterator[News]:
        kind = detail.get("kind", "")
        yield UserEventName.MFA_CHANGED, {"credential_type": _CREDENTIAL_TYPES.get(kind, kind), "change_type": change_type}

    return read


@implements("OpenID CAEP", "3.2")
def _password(detail: Facts, _sid: uuid.UUID | None) -> Iterator[News]:
    """One that staff took out of use is revoked: there is none until the owner chooses another."""
    change_type = "revoke" if detail.get("via") == "staff" else "update"
    yield UserEventName.PASSWORD_CHANGED, {"credential_type": "password", "change_type": change_type}


def _verified(detail: Facts, sid: uuid.UUID | None) -> Iterator[News]:
    """Whoever proves an account that somebody prepared chooses its password; a recovery says so by an event of its own."""
    yield UserEventName.VERIFIED, {}
    if detail.get("password") == "replaced" and detail.get("via") != "recovery":
        yield from _password(detail, sid)


@implements("OpenID CAEP", "3.1")
def _session(detail: Facts, sid: uuid.UUID | None) -> Iterator[News]:
    yield UserEventName.SESSION_REVOKED, {"sid": str(sid), "reason": detail.get("reason", "")}


def _recovery_codes(_detail: Facts, _sid: uuid.UUID | None) -> Iterator[News]:
    yield UserEventName.MFA_CHANGED, {"credential_type": "recovery_codes", "change_type": "update"}


_READERS: Mapping[Event, _Reader] = {
    Event.USER_CREATED: _created,
    Event.CONTACT_VERIFIED: _verified,
    Event.USER_DEACTIVATED: _plain(UserEventName.SUSPENDED),
    Event.USER_REACTIVATED: _plain(UserEventName.REACTIVATED),
    Event.USER_UPDATED: _changed_fields,
    Event.ADDRESS_CHANGED: _plain(UserEventName.IDENTIFIER_CHANGED, "kind"),
    Event.PASSWORD_CHANGED: _password,
    Event.FACTOR_ADDED: _credential("create"),
    Event.FACTOR_REMOVED: _credential("delete"),
    Event.FACTORS_RESET: _credential("delete"),
    Event.RECOVERY_CODES_MADE: _recovery_codes,
    Event.SESSION_ENDED: _session,
    Event.DELETION_REQUESTED: _plain(UserEventName.DELETED, "due", state="requested"),
    Event.DELETION_CANCELLED: _plain(UserEventName.DELETED, state="cancelled"),
    Event.ACCOUNT_ERASED: _plain(UserEventName.ERASED),
}
