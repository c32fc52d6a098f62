"""The words of a sign-in: its steps, what each can prove, and why a session ended."""

from enum import StrEnum

from idp.core.specs import implements


class StepName(StrEnum):
    """A page of the sign-in; the value is the last part of its address."""

    IDENTIFIER = "identifier"
    SIGN_UP = "sign-up"
    JOIN = "join"
    VERIFY_ADDRESS = "verify-address"
    FIRST_PASSKEY = "first-passkey"
    FIRST_PASSWORD = "first-password"  # noqa: S105 - the name of a step
    PASSWORD = "password"  # noqa: S105 - the name of a step
    FORGOTTEN_PASSWORD = "forgotten-password"  # noqa: S105 - the name of a step
    CHECK_MESSAGES = "check-messages"
    NEW_PASSWORD = "new-password"  # noqa: S105 - the name of a step
    PASSKEY = "passkey"
    AUTHENTICATOR_APP = "authenticator-app"
    RECOVERY_CODE = "recovery-code"
    SET_UP = "set-up"
    SET_UP_PASSKEY = "set-up-passkey"
    RECOVERY_CODES = "recovery-codes"
    UPGRADE = "upgrade"
    COMPLETE = "complete"


@implements("RFC 8176", "2")
class Proof(StrEnum):
    """What somebody showed in order to be believed; the values are Authentication Method References (RFC 8176 §2)."""

    PWD = "pwd"  # noqa: S105 - the name of a method
    OTP = "otp"
    # Another service said who it is, by whatever it asked them. RFC 8176 registered no value for that; this one is agreed with
    # the applications (AUTH.md, D81).
    FED = "fed"
    # A passkey that cannot leave its device, and one that its owner's devices share.
    HWK = "hwk"
    SWK = "swk"
    # Somebody was there and touched the device.
    USER = "user"
    # The device checked that it is its owner. By PIN, finger or face it does not say, so none of `pin`, `fpt`, `face` would be
    # true; a key and what opens it are two factors, and that is what `mfa` says.
    VERIFIED = "mfa"


class EndReason(StrEnum):
    """Why a session was ended by an act. Running out of time is not an act: such a session is expired, never ended."""

    LOGOUT = "logout"
    REVOKED = "revoked"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason
    FACTORS_CHANGED = "factors_changed"
    OTHER_USER = "other_user"
    DISOWNED = "disowned"
    DELETION_REQUESTED = "deletion_requested"
    # Its account was nobody's until then.
    ACCOUNT_CLAIMED = "account_claimed"
