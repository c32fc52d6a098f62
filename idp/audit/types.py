"""The kinds of security event. A value is stored for ever: add new ones, never rename or reuse one."""

from django.db.models import TextChoices


class Event(TextChoices):
    """What happened. Issuance and refresh of tokens are not here: they are too many to be news."""

    # Signing in and out
    LOGIN_SUCCEEDED = "login_succeeded", "Signed in"
    LOGIN_FAILED = "login_failed", "Sign-in failed"
    SESSION_ENDED = "session_ended", "Session ended"
    NEW_DEVICE = "new_device", "Signed in on a new device"
    SIGN_IN_DISOWNED = "sign_in_disowned", "Sign-in disowned by the owner"
    LOGOUT = "logout", "Signed out"
    LOGOUT_NOTICE_FAILED = "logout_notice_failed", "A client could not be told of a sign-out"
    # What a client may do for a person
    CONSENT_GRANTED = "consent_granted", "Consent granted"
    CONSENT_DENIED = "consent_denied", "Consent denied"
    CONSENT_WITHDRAWN = "consent_withdrawn", "Consent withdrawn"
    # Tokens
    CODE_REPLAYED = "code_replayed", "Authorization code used twice"
    REFRESH_REPLAYED = "refresh_replayed", "Refresh token used twice"
    TOKEN_REVOKED = "token_revoked", "Token revoked"
    CLIENT_AUTHENTICATION_FAILED = "client_authentication_failed", "Client authentication failed"
    # People
    USER_CREATED = "user_created", "Account created"
    CONTACT_VERIFIED = "contact_verified", "Address confirmed"
    USER_VIEWED = "user_viewed", "Account looked at by staff"
    USER_REVEALED = "user_revealed", "Addresses shown in full to staff"
    USERS_LISTED = "users_listed", "List of people looked at by staff"
    USER_UPDATED = "user_updated", "Account changed"
    USER_DEACTIVATED = "user_deactivated", "Account disabled"
    USER_REACTIVATED = "user_reactivated", "Account enabled"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    ADDRESS_CHANGED = "address_changed", "Address changed"
    RECOVERY_BEGUN = "recovery_begun", "Recovery begun"
    # Factors of a person
    FACTOR_ADDED = "factor_added", "Sign-in method added"
    FACTOR_RENAMED = "factor_renamed", "Sign-in method renamed"
    FACTOR_REMOVED = "factor_removed", "Sign-in method removed"
    RECOVERY_CODES_MADE = "recovery_codes_made", "Recovery codes made"
    RECOVERY_CODE_USED = "recovery_code_used", "Recovery code used"
    FACTOR_REFUSED = "factor_refused", "Second factor refused"
    UPSTREAM_LINKED = "upstream_linked", "Sign-in service connected"
    UPSTREAM_UNLINKED = "upstream_unlinked", "Sign-in service disconnected"
    FACTORS_RESET = "factors_reset", "Sign-in methods reset"
    DEVICE_REMEMBERED = "device_remembered", "Device remembered"
    DEVICE_FORGOTTEN = "device_forgotten", "Device forgotten"
    # What a person decides about their data
    DATA_EXPORTED = "data_exported", "Data exported"
    DELETION_REQUESTED = "deletion_requested", "Deletion requested"
    DELETION_CANCELLED = "deletion_cancelled", "Deletion cancelled"
    ACCOUNT_ERASED = "account_erased", "Account erased"
    PROCESSING_RESTRICTED = "processing_restricted", "Use of data restricted"
    RESTRICTION_LIFTED = "restriction_lifted", "Restriction of use lifted"
    MARKETING_ALLOWED = "marketing_allowed", "News by mail allowed"
    MARKETING_WITHDRAWN = "marketing_withdrawn", "News by mail no longer allowed"
    # The trail itself
    AUDIT_DROPPED = "audit_dropped", "Old events of this trail dropped"
    # Messages to the outside
    MESSAGE_REPLAYED = "message_replayed", "Message sent again by staff"
    # Clients and keys
    CLIENT_CREATED = "client_created", "Client registered"
    CLIENT_CHANGED = "client_changed", "Client changed"
    CLIENT_DISABLED = "client_disabled", "Client disabled"
    KEY_CREATED = "key_created", "Signing key created"
    KEY_RETIRED = "key_retired", "Signing key retired"
