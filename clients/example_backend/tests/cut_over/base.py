"""Settings that the cut-over does not touch: those of the example backend without a word of authentication."""

from example_backend.settings import (  # noqa: F401 - read by Django under these names
    ALLOWED_HOSTS,
    APPEND_SLASH,
    AUTH_USER_MODEL,
    DATABASES,
    DEBUG,
    DEFAULT_AUTO_FIELD,
    LOGGING,
    SECRET_KEY,
    TIME_ZONE,
    USE_TZ,
)
