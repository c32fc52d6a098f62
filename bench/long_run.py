"""`python -m bench.long_run [ANSWERS]`: does a server's memory grow with what it has answered? Half a million unless told.

A provider with a database of its own and WORKERS workers (two unless told) answers the day's mix, sign-ins of a signed-in person
and renewals in turns. Told after each tenth: answers so far, and what its processes take (MB of PSS). A person judges whether it
stays flat; the first tenth warms caches up. DATABASE_URL and REDIS_URL choose the stores.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

from bench.generator import run
from bench.memory import megabytes_of_group
from bench.scenarios import Prepared, scenarios
from idp.tests.live_provider import running

_ANSWERS = 500_000
_STEPS = 10
# Seconds of each scenario in each turn.
_TURN = {"mixed, 64": 4.0, "silent sign-in, 4": 1.0, "refresh, 4": 1.0}


def main(answers: int) -> int:
    """Ask, print; the exit status."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    workers = os.environ.get("WORKERS", "2")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), IDP_THROTTLE="off", WORKERS=workers) as provider:
        prepared = Prepared.make(provider)
        turns = [(scenario, _TURN[scenario.name]) for scenario in scenarios(prepared) if scenario.name in _TURN]
        _tell(0, provider.process.pid)
        given = told = 0
        while given < answers:
            for scenario, seconds in turns:
                given += len(run(prepared.port, scenario.talks(), seconds).latencies)
            if given >= answers * (told + 1) // _STEPS:
                told = given * _STEPS // answers
                _tell(given, provider.process.pid)
    return 0


def _tell(given: int, group: int) -> None:
    """One line, at once: such a run takes minutes."""
    sys.stdout.write(f"{given:>9,} answers: {megabytes_of_group(group)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else _ANSWERS))
