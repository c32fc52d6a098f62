"""`python -m bench.endpoints [--short] [--base REVISION] [--json FILE]`: what each endpoint can do, beside a constant answer.

Server on one core, load on another (where the machine has two); scenarios take turns, so that what else the machine does falls on
all of them. Every answer is checked. What compares between machines is the processor time of an answer and its share of the
constant answer's rate; what compares two revisions is their time in the same run.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.base import checked_out
from bench.figures import end_with_sigterm, write
from bench.generator import Sample, run
from bench.logins import login_p95
from bench.memory import megabytes_of_group
from bench.scenarios import Prepared, Scenario, scenarios
from bench.stores import Stores, cpu_seconds_of_group
from bench.targets import customers_rows, microseconds
from idp.tests.browser.live import free_ports
from idp.tests.live_provider import Provider, running, stop
from tools.demo_plan import ROOT

# Rounds, and seconds of each scenario in each of them.
_LONG = (5, 1.5)
_SHORT = (2, 0.5)


def main() -> int:
    """Measure, print, write; the exit status."""
    options = _options()
    end_with_sigterm()
    cores = sorted(os.sched_getaffinity(0))
    # What is started from here on stays on the first core; the load goes to the last.
    os.sched_setaffinity(0, {cores[0]})
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        sides = [stack.enter_context(_side(Path(folder) / "ours", ROOT))]
        if options.base:
            root = stack.enter_context(checked_out(options.base, Path(folder)))
            sides.append(stack.enter_context(_side(Path(folder) / "theirs", root)))
        constant = stack.enter_context(_baseline())
        os.sched_setaffinity(0, {cores[-1]})
        for side in sides:
            side.prepare()
        for _ in range(options.plan[0]):
            constant.measure(options.plan[1])
            # The same scenario of both revisions, one after the other.
            for figures in zip(*(side.figures for side in sides), strict=True):
                for one in figures:
                    one.measure(options.plan[1])
        told = [side.told(constant.rate) for side in sides]
        rows = customers_rows({row["name"]: row for row in told[0]["scenarios"]}, login_p95(sides[0].provider))

    result = {"constant": constant.told(constant.rate), **told[0], "customer": rows, "base": told[1] if options.base else None}
    _print(result)
    write(options.json, result)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.endpoints")
    parser.add_argument("--short", dest="plan", action="store_const", const=_SHORT, default=_LONG)
    parser.add_argument("--base", default="", help="a revision of ourselves to compare with")
    parser.add_argument("--json", type=Path, metavar="FILE", help="a file for the figures")
    return parser.parse_args()


class _Figures:
    """One scenario, and what its slices of time gave."""

    def __init__(self, scenario: Scenario, port: int, group: int, stores: Stores | None = None) -> None:
        """`group` is the process group that answers."""
        self.scenario, self._port, self._group, self._stores = scenario, port, group, stores
        self._samples: list[Sample] = []
        self._server = self._store = 0.0

    def measure(self, seconds: float) -> None:
        """One slice."""
        talks = self.scenario.talks()
        server, store = self._spent()
        self._samples.append(run(self._port, talks, seconds))
        server_then, store_then = self._spent()
        self._server += server_then - server
        # A connection that ended meanwhile took its time along.
        self._store += max(0.0, store_then - store)

    def _spent(self) -> tuple[float, float]:
        return cpu_seconds_of_group(self._group), self._stores.cpu_seconds() if self._stores else 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(len(sample.latencies) for sample in self._samples) / sum(sample.seconds for sample in self._samples)

    def told(self, constant: float) -> dict[str, Any]:
        """Milliseconds, microseconds of processor time for each answer, and the share of the constant answer's rate."""
        ordered = sorted(latency for sample in self._samples for latency in sample.latencies)
        at = {f"p{part}_ms": round(ordered[int(len(ordered) * part / 100)] * 1000, 3) for part in (50, 95, 99)}
        server, store = (round(spent / len(ordered) * 1e6) for spent in (self._server, self._store))
        allowed = microseconds(self.scenario.name)
        return {
            "name": self.scenario.name,
            "answers": len(ordered),
            "rate": round(self.rate),
            **at,
            "server_cpu_us": server,
            "stores_cpu_us": store,
            "target_cpu_us": allowed or "",
            "met": "" if allowed is None else server + store <= allowed,
            "of_constant": round(self.rate / constant, 4),
        }


class _Side:
    """One revision: its provider, its figures, its memory."""

    def __init__(self, provider: Provider, started: float) -> None:
        """`started`: seconds until it was ready."""
        self.provider, self._started = provider, started
        self.figures: list[_Figures] = []
        self._resting: dict[str, int] = {}

    def prepare(self) -> None:
        """Somebody signs in, tokens are made."""
        group = self.provider.process.pid
        self._resting = megabytes_of_group(group)
        stores = Stores(self.provider.database, self.provider.environ["REDIS_URL"])
        prepared = Prepared.make(self.provider)
        self.figures = [_Figures(scenario, prepared.port, group, stores) for scenario in scenarios(prepared)]

    def told(self, constant: float) -> dict[str, Any]:
        """Everything but the customer's rows."""
        return {
            "scenarios": [each.told(constant) for each in self.figures],
            "memory_mb_at_rest": self._resting,
            "memory_mb_after": megabytes_of_group(self.provider.process.pid),
            "seconds_until_ready_and_registered": round(self._started, 1),
        }


@contextlib.contextmanager
def _side(folder: Path, root: Path) -> Iterator[_Side]:
    folder.mkdir()
    begun = time.perf_counter()
    # No limits, because the load has one address; log lines are written as in production.
    given = {"IDP_THROTTLE": "off", "WORKERS": os.environ.get("WORKERS", "1")}
    with running(folder, folder / "log", root, **given) as provider:
        yield _Side(provider, time.perf_counter() - begun)


@contextlib.contextmanager
def _baseline() -> Iterator[_Figures]:
    """The constant answer under the same server with the same threads."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "16"]
    with subprocess.Popen([*command, "--no-ws", "--log-level", "error", "bench.baseline:application"], cwd=ROOT,
                          start_new_session=True) as process:  # fmt: skip
        try:
            time.sleep(2)
            yield _Figures(Scenario.constant(), port, process.pid)
        finally:
            stop(process)


def _print(result: dict[str, Any]) -> None:
    base = {row["name"]: row for row in result["base"]["scenarios"]} if result["base"] else {}
    rows = [result["constant"], *result["scenarios"]]
    if base:
        rows = [row | {"cpu_of_base": _ratio(row, base.get(row["name"]))} for row in rows]
    for name, *figures in [list(rows[0]), *(list(row.values()) for row in rows)]:
        sys.stdout.write(f"{name:24}" + "".join(f"{figure!s:>14}" for figure in figures) + "\n")
    for what, asked, reached, met in result["customer"]:
        sys.stdout.write(f"{what:46} asked {asked:>9}, reached {reached:>8}: {'met' if met else 'NOT met'}\n")
    for name in ("memory_mb_at_rest", "memory_mb_after", "seconds_until_ready_and_registered"):
        sys.stdout.write(f"{name}: {result[name]}\n")


def _ratio(row: dict[str, Any], theirs: dict[str, Any] | None) -> float | str:
    """Processor time of an answer, ours to theirs."""
    if theirs is None:
        return ""
    spent = [each["server_cpu_us"] + each["stores_cpu_us"] for each in (row, theirs)]
    return round(spent[0] / spent[1], 2) if spent[1] else ""


if __name__ == "__main__":
    sys.exit(main())
