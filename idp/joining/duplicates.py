"""Which rows of a file claim the same id, address, number or member id? Asked before anything is stored: none of them is.

Who of two people owns an address is not for a program to guess. Only digests are kept, in a temporary database of SQLite that
spills to an unnamed file and goes with the process: a million rows take no memory worth naming.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from idp.accounts.identifiers import Email, PhoneNumber
from idp.core import crypto
from idp.joining.schemas import ImportRow

# Bytes of each keyed digest: among ten million, two differing claims meet by chance once in 10^24 files.
_DIGEST = 16


def claims_of(row: ImportRow) -> dict[str, str]:
    """What only one account may have, by field, in the spelling that is compared."""
    claims = {
        "id": str(row.id),
        "email": crypto.blind_index(row.email, label=Email.label) if row.email else "",
        "phone": crypto.blind_index(row.phone, label=PhoneNumber.label) if row.phone else "",
        "member_id": row.member_id or "",
    }
    return {field: claim for field, claim in claims.items() if claim}


class Claims:
    """The claims of all rows of a file."""

    def __init__(self, store: sqlite3.Connection) -> None:
        """On an empty database of SQLite."""
        self._store = store
        store.execute("CREATE TABLE claim (digest BLOB, line INTEGER)")

    def note(self, rows: Iterable[tuple[int, ImportRow]]) -> None:
        """Remember who claims what, by line."""
        told = ((_digest(field, claim), line) for line, row in rows for field, claim in claims_of(row).items())
        self._store.executemany("INSERT INTO claim VALUES (?, ?)", told)

    def settle(self) -> None:
        """Every claim is noted: from here on `rivals` can be asked."""
        self._store.execute("CREATE INDEX by_digest ON claim (digest)")
        self._store.execute("CREATE TABLE twice AS SELECT digest FROM claim GROUP BY digest HAVING count(*) > 1")
        self._store.execute("CREATE UNIQUE INDEX twice_by_digest ON twice (digest)")

    def rivals(self, line: int, row: ImportRow) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Each field whose claim other rows make too, with their lines (the first ten)."""
        for field, claim in claims_of(row).items():
            digest = _digest(field, claim)
            if self._store.execute("SELECT 1 FROM twice WHERE digest = ?", (digest,)).fetchone():
                asked = "SELECT line FROM claim WHERE digest = ? AND line <> ? ORDER BY line LIMIT 10"
                yield field, tuple(other for (other,) in self._store.execute(asked, (digest, line)))


@contextmanager
def claims() -> Iterator[Claims]:
    """An empty memory of claims, gone afterwards."""
    # The empty name is SQLite's own for a temporary file without a name.
    with closing(sqlite3.connect("", isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode = OFF")
        yield Claims(store)


def _digest(field: str, claim: str) -> bytes:
    return crypto.keyed_digest(f"{field}:{claim}".encode(), label="joining.claim")[:_DIGEST]
