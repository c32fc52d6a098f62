"""`python -m bench.start`: how soon a server that was just started answers, and how long its first answers take.

A second server of a provider that is running, begun anew five times: tables and keys are there, as at every start but the first.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.figures import named_file, write
from bench.scenarios import Prepared, introspection_of
from idp.tests.live_provider import Provider, another_node, running

_STARTS = 5


def main() -> int:
    """Measure and print medians; the exit status."""
    file = named_file("start")
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), WORKERS="1") as provider:
        given = Prepared.make(provider)
        for _ in range(_STARTS):
            begun = time.perf_counter()
            with another_node(provider) as node:
                took.setdefault("ready", []).append(time.perf_counter() - begun)
                for name, ask in _first_requests(given, node):
                    took.setdefault(name, []).append(_seconds(ask))
    medians = {name: round(median(values) * 1000, 1) for name, values in took.items()}
    for name, value in medians.items():
        sys.stdout.write(f"{name:32} {value:8.1f} ms\n")
    write(file, {"starts": _STARTS, "median_ms": medians})
    return 0


def _first_requests(given: Prepared, node: Provider) -> list[tuple[str, Callable[[], object]]]:
    """What a backend and a page ask first, and the same once more."""
    given.browser.base_url = node.issuer
    introspection = introspection_of(given, given.access_token)
    return [
        ("discovery, first", lambda: given.browser.get("/.well-known/openid-configuration").raise_for_status()),
        ("introspection, first", lambda: given.browser.send(introspection).raise_for_status()),
        ("introspection, second", lambda: given.browser.send(introspection).raise_for_status()),
        ("sign-in begun, first", lambda: given.browser.get("/login?next=/")),
    ]


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
