"""`python -m bench.import_users [PEOPLE]`: how fast people move in, and what memory it takes. By hand; a person judges.

A file of invented people with every kind of hash, and with mistakes and rivals planted among them, is imported by the command
itself into an empty database, and then again, when every row is known. Told of each: rows in a second and the peak of memory,
beside what the process holds before the first row. The report must name exactly what was planted, and a person of each kind of
hash must be let in with their password; otherwise this ends with an AssertionError.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idp.joining.tests.people import PASSWORD, hashes, people, person, write
from idp.tests.migrated import copy_tables, own_database
from tools.demo_plan import ROOT

_PEAK = """
import resource, sys
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(["manage.py", *sys.argv[1:]])
    status = 0
except SystemExit as end:
    status = end.code
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(status)
"""
# In each thousand rows one that cannot be read, and two that claim one address, far from each other in the file.
_EVERY, _BAD, _RIVAL = 1000, 500, 700
_LET_IN = """
from pydantic import SecretStr
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import authenticate_user
for address in {addresses}:
    given = Credentials(identifier=address, password=SecretStr({password!r}))
    print("in" if authenticate_user(credentials=given).user else "refused " + address)
"""


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, own_database() as database:
        environ = {**os.environ, "IDP_STATE_DIR": folder, "DATABASE_URL": database, "IDP_LOG_LEVEL": "WARNING"}
        if not database:
            copy_tables(Path(folder))
        kinds = hashes()
        path = write(Path(folder) / "people.jsonl", planted(count, kinds))
        say(f"before the first row: {manage(environ, 'import_users', str(_nobody(folder)))[1]} MB")
        for name in ("into an empty database", "again"):
            began = time.monotonic()
            told, peak = manage(environ, "import_users", str(path))
            say(f"{name}: {told}; {count / (time.monotonic() - began):.0f} rows/s, peak {peak} MB")
            assert reported(path) == expected(count), "the report does not name what was planted"
        let_in = manage(environ, "shell", "-v", "0", "-c", _LET_IN.format(addresses=ways_in(kinds), password=PASSWORD))[0]
        assert let_in.split() == ["in"] * (len(kinds) - 1), let_in
        say(f"the report names every planted row and no other; {len(kinds) - 1} kinds of hash let their people in")


# --- The file and what is planted in it -------------------------------------------------------------------------------------
def planted(count: int, kinds: dict[str, str]) -> Iterator[dict[str, Any]]:
    """People, some with a mistake, some with the address of one half a file away."""
    for number, row in enumerate(people(count, kinds=kinds)):
        if number % _EVERY == _BAD:
            row |= {"role": "king"}
        elif number % _EVERY == _RIVAL:
            row |= {"email": f"Rival{_pair(number, count)}@example.com"}
        yield row


def expected(count: int) -> set[tuple[int, str, str]]:
    """What the report is to say of them: line, field, reason. A line is one more than the number of its row."""
    bad = {(number + 1, "role", "invalid") for number in range(_BAD, count, _EVERY)}
    rivals = list(range(_RIVAL, count, _EVERY))
    pairs = [_pair(number, count) for number in rivals]
    return bad | {
        (number + 1, "email", "taken_in_file") for number, pair in zip(rivals, pairs, strict=True) if pairs.count(pair) > 1
    }


def _pair(number: int, count: int) -> int:
    """Rivals of one number claim one address: one of them in each half of the file."""
    return number // _EVERY % max(1, count // _EVERY // 2)


def reported(path: Path) -> set[tuple[int, str, str]]:
    """Line, field and reason of each complaint."""
    with Path(f"{path}.report.jsonl").open(encoding="utf-8") as lines:
        return {(told["line"], told["field"], told["reason"]) for told in map(json.loads, lines)}


def ways_in(kinds: dict[str, str]) -> list[str]:
    """The address of one person for each kind of hash that is one."""
    rows = (person(number) for number in range(len(kinds)))
    return [str(row.get("email") or row["phone"]) for row, kind in zip(rows, kinds, strict=True) if kind != "none"]


# --- The command ------------------------------------------------------------------------------------------------------------
def manage(environ: dict[str, str], *arguments: str) -> tuple[str, int]:
    """What a command printed, and its peak of memory in MB."""
    command = [sys.executable, "-c", _PEAK, *arguments]
    environ = {**environ, "DJANGO_SETTINGS_MODULE": "idp.config.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    # 2: rows were refused, as they are meant to be.
    assert done.returncode in {0, 2}, done.stderr
    *told, peak = done.stdout.splitlines()
    return " ".join(told), int(peak.removeprefix("peak "))


def say(line: str) -> None:
    """To whoever waits at the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _nobody(folder: str) -> Path:
    path = Path(folder) / "nobody.jsonl"
    path.write_text("", "utf-8")
    return path


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
