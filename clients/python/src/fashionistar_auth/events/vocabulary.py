"""The events a provider sends: their URIs on the wire, their names here, and which of them tell an account's state."""

from collections.abc import Mapping

_OURS = "https://schemas.fashionistar.net/secevent/event-type"
_CAEP = "https://schemas.openid.net/secevent/caep/event-type"
_RISC = "https://schemas.openid.net/secevent/risc/event-type"

CREDENTIAL_CHANGE = f"{_CAEP}/credential-change"
NAMES: Mapping[str, str] = {
    f"{_OURS}/account-created": "user.created",
    f"{_OURS}/account-verified": "user.verified",
    f"{_RISC}/account-disabled": "user.suspended",
    f"{_RISC}/account-enabled": "user.reactivated",
    f"{_OURS}/role-changed": "user.role_changed",
    f"{_OURS}/identifier-changed": "user.identifier_changed",
    f"{_OURS}/profile-changed": "user.profile_changed",
    CREDENTIAL_CHANGE: "user.mfa_changed",
    f"{_CAEP}/session-revoked": "user.session_revoked",
    f"{_OURS}/account-deletion": "user.deleted",
    f"{_RISC}/account-purged": "user.erased",
}
#: These say what is to be dropped, not how the account stands, so they count in whatever order they come.
WITHOUT_ORDER = frozenset({"user.password_changed", "user.mfa_changed", "user.session_revoked"})


def name_of(uri: str, members: Mapping[str, object]) -> str | None:
    """The name of an event; None for one that this version does not know."""
    if uri == CREDENTIAL_CHANGE and members.get("credential_type") == "password":
        return "user.password_changed"
    return NAMES.get(uri)
