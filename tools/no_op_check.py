"""`make no-op-check`: takes each security rule away, one at a time, and shows which test notices.

The rules stand in `no_op_rules.toml`. Each runs only its own tests, in a process of its own; the code is changed while that
process reads it (`no_op_plugin`), never on disk. Exit 1 when a rule can go without any test failing.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Queue

from tools.no_op_plugin import VARIABLE

ROOT = Path(__file__).resolve().parents[1]
RULES = Path(__file__).with_name("no_op_rules.toml")
_PLUGINS = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "--assert=plain", *_PLUGINS, "--reuse-db")
# Pytest's own words for a test that failed; one whose fixture broke is an ERROR, which proves nothing.
_NOTICED = re.compile(r"^FAILED (\S+)", re.MULTILINE)
# Of a test's name: whose parameters may hold slashes too.
_FOLDERS = re.compile(r"^[^:\[]*/")
_LONGEST_RUN_SECONDS = 240
#: Code with a test suite and settings of its own; its tests run from there.
_PACKAGES = (ROOT / "clients" / "python",)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is taken away: in `path`, the one place that reads `old` becomes `new`; one of `tests` has to fail."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def staleness(self) -> str:
        """Why the entry no longer fits the code, or ""."""
        source = (ROOT / self.path).read_text("utf-8") if (ROOT / self.path).is_file() else ""
        if (places := source.count(self.old)) != 1:
            return f"{self.path}: {self.name}: {self.old!r} stands there {places} times instead of once"
        try:
            ast.parse(source.replace(self.old, self.new))
        except SyntaxError:
            return f"{self.path}: {self.name}: with {self.new!r} it is no Python"
        missing = [test for test in self.tests if not (ROOT / test.partition("::")[0]).is_file()]
        return f"{self.path}: {self.name}: no such tests: {', '.join(missing)}" if missing or not self.tests else ""


def read_rules(file: Path = RULES) -> list[Rule]:
    """Every rule, in the order of the file. A fourth text names tests other than the file's."""
    rules = []
    for entry in tomllib.loads(file.read_text("utf-8"))["file"]:
        for name, old, new, *own_tests in entry["rules"]:
            rules.append(Rule(name=name, path=entry["path"], old=old, new=new, tests=tuple(own_tests or entry["tests"])))
    return rules


class Laboratory:
    """State folders to run in: one with a migrated database, copied anew for each run so that no run sees another's rows."""

    def __init__(self, folder: Path, slots: int) -> None:
        """Keep all of it below `folder`; at most `slots` runs at once."""
        self._template = folder / "template"
        self._slots: Queue[Path] = Queue()
        for number in range(slots):
            self._slots.put(folder / f"slot-{number}")

    def prepare(self, tests: Sequence[str]) -> str:
        """Make the database by running `tests` on the code as it is, however long; pytest's output if they fail, else ""."""
        self._template.mkdir(parents=True)
        runs = [[test for test in tests if _home(test) == home] for home in (ROOT, *_PACKAGES)]
        done = [self._pytest(self._template, run) for run in runs if run]
        return "".join(run.stdout + run.stderr for run in done if run.returncode)

    def noticed_by(self, rule: Rule) -> str:
        """The test that fails without the rule, or ""."""
        slot = self._slots.get()
        try:
            shutil.rmtree(slot, ignore_errors=True)
            shutil.copytree(self._template, slot)
            found = _NOTICED.search(self._pytest(slot, rule.tests, rule=rule, within=_LONGEST_RUN_SECONDS).stdout)
            return found[1] if found else ""
        except subprocess.TimeoutExpired:
            # A test that hangs tells nobody what is wrong.
            return ""
        finally:
            self._slots.put(slot)

    def _pytest(
        self, state: Path, tests: Sequence[str], *, rule: Rule | None = None, within: float | None = None
    ) -> "subprocess.CompletedProcess[str]":
        # The embedded default, whatever the caller's environment says.
        environment = {"PATH": os.environ["PATH"], "IDP_STATE_DIR": str(state)}
        plugin: tuple[str, ...] = ()
        if rule is not None:
            environment[VARIABLE] = json.dumps(asdict(rule))
            plugin = ("-p", "tools.no_op_plugin")
        # The tests of one rule live in one place; names of tests are relative to it.
        home = _home(tests[0])
        environment["PYTHONPATH"] = str(ROOT)
        command = [*_PYTEST, *plugin, *(str((ROOT / test).relative_to(home)) for test in tests)]
        return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=within)


def _home(test: str) -> Path:
    """Where the suite of this test is run from."""
    return next((home for home in _PACKAGES if (ROOT / test).is_relative_to(home)), ROOT)


def results(rules: Sequence[Rule], laboratory: Laboratory, slots: int) -> Iterator[tuple[Rule, str]]:
    """Each rule with the test that noticed, in order, as they come."""
    with ThreadPoolExecutor(slots) as pool:
        yield from zip(rules, pool.map(laboratory.noticed_by, rules), strict=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 when every rule is missed by a test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only rules whose path or name holds one of these words")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    asked = parser.parse_args(arguments)
    rules = [rule for rule in read_rules() if not asked.words or any(word in f"{rule.path} {rule.name}" for word in asked.words)]

    # An entry that fits nothing would pass or fail for the wrong reason.
    stale = [rule.staleness for rule in rules if rule.staleness]
    if stale or not rules:
        print("\n".join(stale) or "No rule matches.")
        return 1
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="idp-no-op-") as folder:
        laboratory = Laboratory(Path(folder), asked.jobs)
        print(f"Every test of {len(rules)} rules, with all of them in place …", flush=True)
        broken = laboratory.prepare(sorted({test for rule in rules for test in rule.tests}))
        if broken:
            print(f"The tests fail with every rule in place:\n{broken}")
            return 1
        survivors = _told(results(rules, laboratory, asked.jobs))
    print(f"\n{len(rules)} rules, {len(survivors)} that nothing would miss, {time.monotonic() - started:.0f} s")
    return 1 if survivors else 0


def _told(outcomes: Iterator[tuple[Rule, str]]) -> list[Rule]:
    """Print the table, a heading for each file; the rules that nobody missed."""
    survivors, heading = [], ""
    for rule, test in outcomes:
        if rule.path != heading:
            heading = rule.path
            print(f"\n{heading}")
        print(f"  {rule.name:<58} {_FOLDERS.sub('', test) or 'NOTHING NOTICES'}", flush=True)
        if not test:
            survivors.append(rule)
    return survivors


if __name__ == "__main__":
    sys.exit(main())
