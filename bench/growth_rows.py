"""Rows by the million for `bench.growth`, made in the database of one row of each kind that the provider wrote itself."""

import psycopg

# By table: what is different in each row of number `g`, so that no unique index objects. Everything else is as in the pattern.
_HEX = "encode(sha256(({salt} || g)::text::bytea), 'hex')"
# Row number g of each kind belongs to person number g.
_PERSON = "md5('person' || g)::uuid"
_DIFFERENT = {
    "accounts_user": {"id": _PERSON, "email_index": _HEX.format(salt="'mail'"), "phone_number": "NULL",
                      "phone_number_index": "NULL", "member_id": "NULL"},
    "login_ssosession": {"id": "gen_random_uuid()", "user_id": _PERSON, "created_at": "now() - g * interval '1 second'"},
    "oidc_authorizationcode": {"id": "n + g", "code": _HEX.format(salt="'code'"), "token_family": "gen_random_uuid()",
                               "sid": "gen_random_uuid()", "user_id": _PERSON},
    "oidc_refreshtoken": {"id": "n + g", "token_checksum": _HEX.format(salt="'refresh'"), "token_family": "gen_random_uuid()",
                          "sid": "gen_random_uuid()", "user_id": _PERSON, "access_token_id": "NULL"},
    "oidc_accesstoken": {"id": "n + g", "token_checksum": _HEX.format(salt="'access'"), "token_family": "gen_random_uuid()",
                         "sid": "gen_random_uuid()", "user_id": _PERSON, "jti": "gen_random_uuid()",
                         "expires": "CASE WHEN g % 10 = 0 THEN now() - interval '3 days' ELSE now() + interval '1 hour' END"},
}  # fmt: skip
_SERIAL = ("oidc_authorizationcode", "oidc_refreshtoken", "oidc_accesstoken")


def fill(database: str, already: int, size: int) -> None:
    """From `already` to `size` rows of each kind."""
    with psycopg.connect(database, autocommit=True) as server:
        for table, different in _DIFFERENT.items():
            found = server.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'", [table]
            ).fetchall()
            columns = [str(name) for (name,) in found]
            named = ", ".join(f'"{name}"' for name in columns)
            values = ", ".join(different.get(name, f'pattern."{name}"') for name in columns)
            # All in one statement; keys go on from the last one.
            key = f"coalesce((SELECT max(id) FROM {table}), 0)" if table in _SERIAL else "0"  # noqa: S608 - names of this file
            server.execute(
                f"INSERT INTO {table} ({named}) SELECT {values}"  # noqa: S608 - names of this file
                f" FROM (SELECT * FROM {table} LIMIT 1) pattern, (SELECT {key} AS n) last,"
                f" generate_series({already + 1}, {size}) g"
            )
            if table in _SERIAL:
                server.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - as above
            server.execute(f"VACUUM ANALYZE {table}")
