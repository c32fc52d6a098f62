"""`python -m bench.growth [TOKENS …]`: does what a request costs grow with what is stored? On the PostgreSQL of DATABASE_URL.

A provider with an empty database is measured, then again at each size (default: one thousand, one million, ten million): access
and refresh tokens, so many of each; people, sessions and spent codes, a million of each at most; a tenth of the codes and access
tokens long expired. Told of each size: the median of each request, what the purge takes for a batch, and the plan of every
statement that they ran. A person judges whether it stays flat.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bench.growth_rows import fill
from bench.scenarios import Prepared, exchange_of, introspection_of, renewal_of
from idp.tests.live_provider import Provider, running

_SIZES = (1_000, 1_000_000, 10_000_000)
_TIMES = 60
_REQUESTS: dict[str, Callable[[Prepared], httpx.Request]] = {
    # Each token is asked about once, so the answer comes from SQL.
    "introspection, cold": lambda given: introspection_of(given, given.new_token()),
    "code exchange": exchange_of,
    "refresh": renewal_of,
    "session list": lambda given: given.browser.build_request("GET", "/api/v1/account/sessions"),
}


def main(sizes: tuple[int, ...]) -> int:
    """Measure and print; the exit status."""
    if not os.environ.get("DATABASE_URL"):
        sys.stderr.write("Set DATABASE_URL: growth is a matter of PostgreSQL.\n")
        return 2
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), IDP_THROTTLE="off", IDP_WORKER="off") as provider:
        prepared = Prepared.make(provider)
        _tell("empty", prepared)
        there = 0
        for size in sizes:
            begun = time.perf_counter()
            fill(provider.database, there, size)
            there = size
            sys.stdout.write(f"\n{size:,} rows of each kind written in {time.perf_counter() - begun:.0f} s\n")
            _tell(f"{size:,}", prepared)
            _tell_plans(provider, prepared)
    return 0


def _tell(size: str, prepared: Prepared) -> None:
    """The medians of this size."""
    for name, make in _REQUESTS.items():
        took = []
        for _ in range(_TIMES):
            request = make(prepared)
            begun = time.perf_counter()
            prepared.browser.send(request).raise_for_status()
            took.append((time.perf_counter() - begun) * 1000)
        sys.stdout.write(f"{size:>12} {name:22} p50 {statistics.median(took):7.2f} ms\n")


def _tell_plans(provider: Provider, prepared: Prepared) -> None:
    """Of each request once more, inside a process of the provider; and the purge."""
    for name, make in _REQUESTS.items():
        request = make(prepared)
        asked = {
            "method": request.method,
            "path": request.url.path,
            "headers": dict(request.headers),
            "body": request.content.decode(),
        }
        sys.stdout.write(f"{name}:\n{_inside(provider, 'ask', stdin=json.dumps(asked))}")
    sys.stdout.write(f"purge:\n{_inside(provider, 'purge')}")


def _inside(provider: Provider, step: str, *, stdin: str = "") -> str:
    return provider.manage("shell", "-v", "0", "-c", f"from bench.growth_plans import {step}; {step}()", stdin=stdin)


if __name__ == "__main__":
    sys.exit(main(tuple(int(size) for size in sys.argv[1:]) or _SIZES))
