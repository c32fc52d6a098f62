"""`python -m bench.growth [TOKENS …]`: does what a request costs grow with what is stored? On the PostgreSQL of DATABASE_URL.

A provider with an empty database is measured, then again at each size (default: one thousand, one million): access and refresh
tokens, so many of each, a tenth of the access tokens long expired; people, sessions and spent codes, a million of each at most.
Told of each size: the median of each request, what the purge takes for a batch, and the plans of its statements. A person judges
whether it stays flat.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from bench.growth_rows import fill
from bench.scenarios import Prepared, authorized_post, exchange_of, renewal_of
from idp.tests.live_provider import Provider, running

_SIZES = (1_000, 1_000_000)
_TIMES = 60
# What the purge runs, with the batches of `idp.core.batches`.
_PURGE = """
from idp.core import clock
from idp.core.batches import delete_in_batches
from idp.oidc.models import AccessToken
rows = AccessToken.objects.filter(expires__lt=clock.now() - clock.seconds(86400))
begun = clock.monotonic()
gone = delete_in_batches(rows, by="expires")
print(gone, clock.monotonic() - begun)
"""
_PLANS = {
    "introspection": "SELECT * FROM oidc_accesstoken t JOIN oidc_client c ON c.id = t.application_id"
    " LEFT JOIN accounts_user u ON u.id = t.user_id"
    " WHERE t.token_checksum = 'x' AND t.revoked_at IS NULL AND t.expires > now()",
    "code": "SELECT * FROM oidc_authorizationcode c JOIN accounts_user u ON u.id = c.user_id WHERE c.code = 'x'",
    "refresh": "SELECT * FROM oidc_refreshtoken t JOIN accounts_user u ON u.id = t.user_id WHERE t.token_checksum = 'x'",
    "session list": "SELECT * FROM login_ssosession WHERE user_id = '00000000-0000-7000-8000-000000000000' AND ended_at IS NULL",
    "purge": "SELECT id FROM oidc_accesstoken WHERE expires < now() - interval '1 day' ORDER BY expires LIMIT 500",
}


def main(sizes: tuple[int, ...]) -> int:
    """Measure and print; the exit status."""
    if not os.environ.get("DATABASE_URL"):
        sys.stderr.write("Set DATABASE_URL: growth is a matter of PostgreSQL.\n")
        return 2
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), IDP_THROTTLE="off", IDP_WORKER="off") as provider:
        prepared = Prepared.make(provider)
        _tell("empty", provider, prepared)
        there = 0
        for size in sizes:
            begun = time.perf_counter()
            fill(provider.database, there, size)
            there = size
            sys.stdout.write(f"\n{size:,} rows of each kind written in {time.perf_counter() - begun:.0f} s\n")
            _tell(f"{size:,}", provider, prepared)
            _tell_plans(provider.database)
    return 0


def _tell(size: str, provider: Provider, prepared: Prepared) -> None:
    """The medians of this size."""
    asked: dict[str, Callable[[], Callable[[], object]]] = {
        # Each token is asked about once, so the answer comes from SQL.
        "introspection, cold": lambda: authorized_post(prepared, "introspect", prepared.new_token()),
        "code exchange": lambda: exchange_of(prepared),
        "refresh": lambda: renewal_of(prepared),
        "session list": lambda: lambda: prepared.browser.get("/api/v1/account/sessions").raise_for_status(),
    }
    for name, prepare in asked.items():
        took = []
        for _ in range(_TIMES):
            ask = prepare()
            begun = time.perf_counter()
            ask()
            took.append((time.perf_counter() - begun) * 1000)
        sys.stdout.write(f"{size:>12} {name:22} p50 {statistics.median(took):7.2f} ms\n")
    gone, seconds = provider.manage("shell", "-v", "0", "-c", _PURGE).split()
    each = float(seconds) * 1000 / max(1, int(gone) / 500)
    sys.stdout.write(f"{size:>12} {'purge':22} {gone} rows, {each:.1f} ms for a batch of 500\n")


def _tell_plans(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as server:
        for name, statement in _PLANS.items():
            # Not analysed: only which way PostgreSQL would go.
            plan = server.execute(f"EXPLAIN (COSTS OFF) {statement}").fetchall()
            sys.stdout.write(f"{name}:\n" + "".join(f"    {line}\n" for (line,) in plan))


if __name__ == "__main__":
    sys.exit(main(tuple(int(size) for size in sys.argv[1:]) or _SIZES))
