"""A database with every table, copied for each process that runs tests and for each provider that a test starts.

Migrating takes ten seconds, longer than most test files. The embedded database is made once for all runs with the same migrations
(in .venv, which `make clean` removes), PostgreSQL's once per process. The first start on an empty database has tests of its own
(`idp/config/tests/test_serve.py`).
"""

import atexit
import fcntl
import functools
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tools.demo_plan import ROOT

SQLITE_NAME = "idp.sqlite3"
_KEPT = Path(sys.prefix) / "tables"


def start_with_tables(test: dict[str, Any]) -> None:
    """Let Django's test database, by its settings `TEST`, begin as a copy; what it then migrates is nothing."""
    if url := os.environ.get("DATABASE_URL", ""):
        test["TEMPLATE"] = _postgres(url)
    else:
        shutil.copyfile(_sqlite(), test["NAME"])


def copy_tables(folder: Path) -> None:
    """The embedded database of a provider whose state is this folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(_sqlite(), folder / SQLITE_NAME)


@contextmanager
def own_database(*, migrated: bool = True) -> Iterator[str]:
    """A database on the server that DATABASE_URL names, forgotten afterwards; "" for the embedded default.

    With every table, unless somebody else makes them.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    name, template = _new_name(), _postgres(url) if migrated else "template1"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@functools.cache
def _sqlite() -> Path:
    """The file, made by the first process that asks; others wait for it."""
    _KEPT.mkdir(exist_ok=True)
    kept = _KEPT / f"{_migrations()}.sqlite3"
    with (_KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=_KEPT) as folder:
                _migrate(Path(folder), "")
                (Path(folder) / SQLITE_NAME).rename(kept)
    return kept


def _migrations() -> str:
    """A name that changes with any migration, of ours or of a package."""
    files = [ROOT / "requirements.txt", *sorted((ROOT / "idp").glob("*/migrations/*.py"))]
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()[:16]


@functools.cache
def _postgres(url: str) -> str:
    name = _new_name()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    atexit.register(_drop, url, name)
    with tempfile.TemporaryDirectory(prefix="idp-tables-") as folder:
        _migrate(Path(folder), f"{url.rpartition('/')[0]}/{name}")
    return name


def _drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _new_name() -> str:
    # `test_` as Django names what may be thrown away.
    return f"test_idp_live_{secrets.token_hex(4)}"


def _migrate(folder: Path, database: str) -> None:
    """In a process of its own, with secrets of its own. SQLite's write-ahead log is merged when its last connection closes."""
    environ = {"PATH": os.environ["PATH"], "IDP_STATE_DIR": str(folder), "DATABASE_URL": database, "IDP_WORKER": "off"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environ, check=True)
