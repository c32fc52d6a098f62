"""Takes secrets out of the environment of a process that has read its settings.

The server copies the process environment into every request's, where an error report could carry it away, and where a variable
named HTTP_… would pass for a header. Every worker forgets, right after it was forked.
"""

from collections.abc import MutableMapping

_SECRET_VARIABLES = {"IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY", "DATABASE_URL", "REDIS_URL"}


def forget_secrets(environ: MutableMapping[str, str]) -> None:
    """Remove keys, connection addresses, client secrets, and whatever could pass for a header."""
    for name in list(environ):
        if name in _SECRET_VARIABLES or name.endswith("_SECRET") or name.startswith("HTTP_"):
            del environ[name]
