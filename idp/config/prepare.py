"""What must be true of the stores before the first request: tables up to date, a signing key present.

Called by `serve` before the server starts and by the demo launcher, after `django.setup()`. Several
nodes may start together, so the work is done under a lock and the losers find nothing left to do.
"""

import contextlib
import fcntl
import io
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from idp.config.env import Environment
from idp.config.state import prepare_folder

# The number names this lock among all advisory locks of the database; it means nothing else.
_ADVISORY_LOCK = 7_305_001


def refuse_unsound_configuration() -> None:
    """Run Django's system checks, ours among them. Raises: SystemCheckError, a CommandError."""
    call_command("check", stdout=io.StringIO())


def prepare_stores(environment: Environment) -> None:
    """Migrate if anything is pending, and make a signing key if there is none. Raises: CommandError, django.db.Error."""
    with _start_lock(environment):
        if _has_pending_migrations():
            call_command("migrate", interactive=False, verbosity=0)
        call_command("ensure_keys", stdout=io.StringIO())
    # The server forks: a connection opened here must not be shared with its workers.
    connections.close_all()


def _has_pending_migrations() -> bool:
    """Whether any migration is not yet in the database; asking is ten times quicker than migrating nothing."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextlib.contextmanager
def _start_lock(environment: Environment) -> Iterator[None]:
    """Only one starting process at a time: of this machine for SQLite, of the database for PostgreSQL."""
    if environment.uses_sqlite:
        prepare_folder(environment.state_dir)
        with (environment.state_dir / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
