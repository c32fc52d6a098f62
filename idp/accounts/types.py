"""Words that services of accounts answer with."""

import enum


class AddressKind(enum.StrEnum):
    """Which of the two addresses of an account."""

    EMAIL = "email"
    PHONE_NUMBER = "phone_number"


class Outcome(enum.StrEnum):
    """How an attempt to sign in ended. For the log and the audit trail only: the person reads one and the same answer."""

    PROVEN = "proven"
    NO_ACCOUNT = "no_account"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of an outcome
    NO_PASSWORD = "no_password"  # noqa: S105 - the name of an outcome
    UNUSABLE_PASSWORD = "unusable_password"  # noqa: S105 - the name of an outcome
    DISABLED = "disabled"
    DAMAGED_HASH = "damaged_hash"
