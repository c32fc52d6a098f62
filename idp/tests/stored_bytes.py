"""Everything a running provider wrote, as bytes to search, and the disguises a secret may wear there."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from redis import Redis

from idp.tests.live_provider import Provider


def disguises(secret: str) -> Iterator[bytes]:
    """The secret as it is, percent-encoded, and inside base64 at each of its three offsets, in both alphabets."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode())
        # What depends on the neighbours is left out: the first group if it is shared, and the last.
        core = encoded[4 if offset else 0 : -4]
        yield core
        yield core.replace(b"+", b"-").replace(b"/", b"_")


def found(secrets: dict[str, str], written: dict[str, bytes]) -> set[tuple[str, str]]:
    """Which secret stands where."""
    return {
        (name, place)
        for name, secret in secrets.items()
        for place, content in written.items()
        if any(disguise in content for disguise in disguises(secret))
    }


def stores_of(provider: Provider, redis_url: str) -> dict[str, bytes]:
    """The content of its database (every table, deleted pages of SQLite too) and of its Redis."""
    tables = _postgresql(provider.database) if provider.database else _files(provider.state)
    return tables | ({"redis": _redis(redis_url)} if redis_url else {})


def _files(folder: Path) -> dict[str, bytes]:
    """Each file of the state folder; the database is one of them, its write-ahead log another."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _postgresql(url: str) -> dict[str, bytes]:
    with psycopg.connect(url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: _rows(database, name) for (name,) in tables}


def _rows(database: "psycopg.Connection[tuple[object, ...]]", table: str) -> bytes:
    rows = database.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
    return "\n".join(str(row[0]) for row in rows).encode()


def _redis(url: str) -> bytes:
    with Redis.from_url(url) as redis:
        keys = [key for key in redis.scan_iter() if redis.type(key) == b"string"]
        return b"\n".join(key + b" " + (redis.get(key) or b"") for key in keys)
