"""`python -m bench.endpoints [FILE.json]`: what each endpoint of the protocol can do, in one run, beside a constant answer.

Server on one core, load on another (where the machine has two); scenarios take turns, so that what else the machine does falls on
all of them. Every answer is checked. Only the last column compares: the share of a constant answer's rate under the same server.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.generator import Sample, run
from bench.memory import megabytes_of_group
from bench.scenarios import Prepared, Scenario, scenarios
from idp.tests.browser.live import free_ports
from idp.tests.live_provider import running, stop
from tools.demo_plan import ROOT

_ROUNDS = 3
_SECONDS = 1.0
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def main(result: Path | None) -> int:
    """Measure, print, write; the exit status."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    cores = sorted(os.sched_getaffinity(0))
    # What is started from here on stays on the first core; the load goes to the last.
    os.sched_setaffinity(0, {cores[0]})
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        begun = time.perf_counter()
        # No limits, because the load has one address; log lines are written as in production.
        log = Path(folder) / "log"
        provider = stack.enter_context(running(Path(folder), log, IDP_THROTTLE="off", WORKERS=os.environ.get("WORKERS", "1")))
        started = time.perf_counter() - begun
        baseline_port, baseline = stack.enter_context(_baseline())
        os.sched_setaffinity(0, {cores[-1]})
        resting = megabytes_of_group(provider.process.pid)
        prepared = Prepared.make(provider)
        figures = [_Figures(scenario, provider.process.pid) for scenario in scenarios(prepared)]
        constant = _Figures(Scenario.constant(), baseline.pid, port=baseline_port)
        for _ in range(_ROUNDS):
            for each in (constant, *figures):
                each.measure(prepared.port)
        after = megabytes_of_group(provider.process.pid)

    told = [each.told(constant.rate) for each in (constant, *figures)]
    memory = {"memory_mb_at_rest": resting, "memory_mb_after": after, "start_and_registration_seconds": round(started, 1)}
    _print(told, memory)
    if result is not None:
        result.write_text(json.dumps({"scenarios": told, **memory}, indent=2) + "\n", "utf-8")
    return 0


class _Figures:
    """One scenario, and what its slices of time gave."""

    def __init__(self, scenario: Scenario, group: int, *, port: int = 0) -> None:
        """`group` is the process group that answers."""
        self.scenario, self._group, self._port = scenario, group, port
        self._samples: list[Sample] = []
        self._cpu = 0.0

    def measure(self, port: int) -> None:
        """One slice."""
        before = _cpu_seconds(self._group)
        self._samples.append(run(self._port or port, self.scenario.talks(), _SECONDS))
        self._cpu += _cpu_seconds(self._group) - before

    @property
    def _answers(self) -> int:
        return sum(len(sample.latencies) for sample in self._samples)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self._answers / sum(sample.seconds for sample in self._samples)

    def told(self, constant: float) -> dict[str, Any]:
        """Milliseconds, microseconds of the server's processor for each answer, and the share of the constant answer's rate."""
        ordered = sorted(latency for sample in self._samples for latency in sample.latencies)
        return {
            "name": self.scenario.name,
            "connections": self.scenario.connections,
            "answers": len(ordered),
            "rate": round(self.rate),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 3),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 3),
            "server_cpu_us": round(self._cpu / len(ordered) * 1e6),
            "of_constant": round(self.rate / constant, 3),
        }


@contextlib.contextmanager
def _baseline() -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The constant answer under the same server with the same threads."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "16"]
    with subprocess.Popen([*command, "--no-ws", "--log-level", "error", "bench.baseline:application"], cwd=ROOT,
                          start_new_session=True) as process:  # fmt: skip
        try:
            time.sleep(2)
            yield port, process
        finally:
            stop(process)


def _cpu_seconds(group: int) -> float:
    """Processor time of all processes of this group so far."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if os.getpgid(int(folder.name)) == group:
                # After the name, which may hold anything: utime and stime are the 14th and 15th field (proc(5)).
                fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
    return ticks / _CLOCK_TICKS


def _print(told: list[dict[str, Any]], memory: dict[str, Any]) -> None:
    for name, *figures in [list(told[0]), *(list(each.values()) for each in told)]:
        sys.stdout.write(f"{name:26}" + "".join(f"{figure!s:>14}" for figure in figures) + "\n")
    for name, value in memory.items():
        sys.stdout.write(f"{name}: {value}\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
