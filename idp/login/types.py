"""The words of a sign-in: its steps, what each can prove, and why a session ended."""

from enum import StrEnum


class StepName(StrEnum):
    """A page of the sign-in; the value is the last part of its address."""

    IDENTIFIER = "identifier"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    COMPLETE = "complete"


class Proof(StrEnum):
    """What somebody showed in order to be believed; the values are Authentication Method References (RFC 8176 §2)."""

    PWD = "pwd"  # noqa: S105 - the name of a method


class EndReason(StrEnum):
    """Why a session was ended by an act. Running out of time is not an act: such a session is expired, never ended."""

    LOGOUT = "logout"
    REVOKED = "revoked"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason
    OTHER_USER = "other_user"
