"""The kinds of security event. A value is stored for ever: add new ones, never rename or reuse one."""

from django.db.models import TextChoices


class Event(TextChoices):
    """What happened. Issuance and refresh of tokens are not here: they are too many to be news."""

    # Signing in and out
    LOGIN_SUCCEEDED = "login_succeeded", "Signed in"
    LOGIN_FAILED = "login_failed", "Sign-in failed"
    SESSION_ENDED = "session_ended", "Session ended"
    LOGOUT = "logout", "Signed out"
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
    USER_UPDATED = "user_updated", "Account changed"
    USER_DEACTIVATED = "user_deactivated", "Account disabled"
    USER_REACTIVATED = "user_reactivated", "Account enabled"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    # Clients and keys
    CLIENT_CREATED = "client_created", "Client registered"
    CLIENT_CHANGED = "client_changed", "Client changed"
    CLIENT_DISABLED = "client_disabled", "Client disabled"
    KEY_CREATED = "key_created", "Signing key created"
    KEY_RETIRED = "key_retired", "Signing key retired"
