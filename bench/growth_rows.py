"""Rows by the million for `bench.growth`, made in the database of one row of each kind that the provider wrote itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

# By table: what is different in each row of number `g`, so that no unique index objects. Everything else is as in the pattern.
_HEX = "encode(sha256(({salt} || g)::text::bytea), 'hex')"
# People, and what each of them has one of, end at a million; tokens go on, and belong to the same people again.
PEOPLE = 1_000_000
_PERSON = f"md5('person' || (g - 1) % {PEOPLE})::uuid"
# A tenth is for the purge.
_EXPIRES = "CASE WHEN g % 10 = 0 THEN now() - interval '3 days' ELSE now() + interval '1 hour' END"
_DIFFERENT = {
    "accounts_user": {"id": _PERSON, "email_index": _HEX.format(salt="'mail'"), "phone_number": "NULL",
                      "phone_number_index": "NULL", "member_id": "NULL"},
    "login_ssosession": {"id": "gen_random_uuid()", "user_id": _PERSON, "created_at": "now() - g * interval '1 second'"},
    "oidc_authorizationcode": {"id": "n + g", "code": _HEX.format(salt="'code'"), "token_family": "gen_random_uuid()",
                               "sid": "gen_random_uuid()", "user_id": _PERSON, "expires": _EXPIRES},
    "oidc_refreshtoken": {"id": "n + g", "token_checksum": _HEX.format(salt="'refresh'"), "token_family": "gen_random_uuid()",
                          "sid": "gen_random_uuid()", "user_id": _PERSON, "access_token_id": "NULL"},
    "oidc_accesstoken": {"id": "n + g", "token_checksum": _HEX.format(salt="'access'"), "token_family": "gen_random_uuid()",
                         "sid": "gen_random_uuid()", "user_id": _PERSON, "jti": "gen_random_uuid()",
                         "expires": _EXPIRES},
}  # fmt: skip
_SERIAL = ("oidc_authorizationcode", "oidc_refreshtoken", "oidc_accesstoken")
_BY_PERSON = ("accounts_user", "login_ssosession", "oidc_authorizationcode")


@contextmanager
def _without_indexes(server: psycopg.Connection, table: str) -> Iterator[None]:
    """Take away those that no constraint needs, and build each once over all rows."""
    indexes = server.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisunique",
        [table],
    ).fetchall()
    for name, _definition in indexes:
        server.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        server.execute(definition)


def fill(database: str, already: int, size: int) -> None:
    """From `already` to `size` tokens of each kind, and as many people, sessions and codes up to `PEOPLE`."""
    with psycopg.connect(database, autocommit=True) as server:
        # Whom a row belongs to is there by construction; asking for each of millions would take longer than writing them.
        server.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        for table, different in _DIFFERENT.items():
            found = server.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'", [table]
            ).fetchall()
            columns = [str(name) for (name,) in found]
            named = ", ".join(f'"{name}"' for name in columns)
            values = ", ".join(different.get(name, f'pattern."{name}"') for name in columns)
            last = min(size, PEOPLE) if table in _BY_PERSON else size
            with _without_indexes(server, table):
                # All in one statement; keys go on from the last one.
                key = f"coalesce((SELECT max(id) FROM {table}), 0)" if table in _SERIAL else "0"  # noqa: S608 - names of this file
                server.execute(
                    f"INSERT INTO {table} ({named}) SELECT {values}"  # noqa: S608 - names of this file
                    f" FROM (SELECT * FROM {table} LIMIT 1) pattern, (SELECT {key} AS n) last,"
                    f" generate_series({already + 1}, {last}) g"
                )
            if table in _SERIAL:
                server.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - as above
            server.execute(f"VACUUM ANALYZE {table}")
