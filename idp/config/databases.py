"""Django's DATABASES: SQLite in the state folder, or PostgreSQL with statements it has planned before (D91).

On PostgreSQL parameters travel beside the statement, so that the same statement is parsed and planned once for each connection;
and a transaction in which nothing happens is ended by the server, whatever held it up here.
"""

from typing import Any

import dj_database_url

from idp.config.env import Environment

# A statement that was run so often is prepared.
_PREPARE_AFTER = 3
# No transaction of ours waits for anything but SQL and, for a quarter of a second, Redis.
_IDLE_IN_TRANSACTION_SECONDS = 30
# Seconds. A thread keeps its connection from request to request, for so long.
_KEPT_SECONDS = 600
# Seconds that a request waits for a connection of the pool; then it is answered 503.
_WAIT_FOR_POOL = 5.0


def database(environment: Environment) -> dict[str, Any]:
    """The one database of this environment."""
    return _sqlite(environment) if environment.uses_sqlite else _postgresql(environment)


def _sqlite(environment: Environment) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": environment.sqlite_path,
        # To open the file anew in each request, and teach it Django's functions, takes longer than most requests.
        "CONN_MAX_AGE": _KEPT_SECONDS,
        "OPTIONS": {
            # Writers queue instead of failing; readers never wait for a writer (write-ahead log).
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(environment: Environment) -> dict[str, Any]:
    named = dj_database_url.parse(environment.database_url)
    own = {
        "ENGINE": "idp.core.postgresql",
        "CONN_MAX_AGE": _KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        # A pooler such as PgBouncer in transaction mode cannot keep cursors on the server.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
    if environment.database_pool == "external":
        # In transaction mode the next statement may run on another connection: nothing is prepared, nothing set at its start.
        return {**named, **own}
    options = {
        "server_side_binding": True,
        "prepare_threshold": _PREPARE_AFTER,
        "options": f"-c idle_in_transaction_session_timeout={_IDLE_IN_TRANSACTION_SECONDS}s",
        # What the address says comes last.
        **named.get("OPTIONS", {}),
    }
    if isinstance(environment.database_pool, int):
        # Django hands connections back after each request, and the pool asks each whether it answers.
        own["CONN_MAX_AGE"] = 0
        options["pool"] = {"min_size": 1, "max_size": environment.database_pool, "timeout": _WAIT_FOR_POOL}
    return {**named, **own, "OPTIONS": options}
