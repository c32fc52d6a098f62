"""`python -m bench.import_users [PEOPLE]`: how fast people move in, and what memory it takes. By hand; a person judges.

A file of invented people with every kind of hash is imported by the command itself into an empty database, and then again, when
every row is known. Told of each: rows in a second and the peak of memory, beside what the process holds before the first row.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from idp.joining.tests.people import hashes, people, write
from idp.tests.migrated import copy_tables, own_database
from tools.demo_plan import ROOT

_PEAK = """
import resource, sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, own_database() as database:
        environ = {**os.environ, "IDP_STATE_DIR": folder, "DATABASE_URL": database, "IDP_LOG_LEVEL": "WARNING"}
        if not database:
            copy_tables(Path(folder))
        path = write(Path(folder) / "people.jsonl", people(count, kinds=hashes()))
        say(f"before the first row: {manage(environ, 'import_users', str(_nobody(folder)))[1]} MB")
        for name in ("into an empty database", "again"):
            began = time.monotonic()
            told, peak = manage(environ, "import_users", str(path))
            say(f"{name}: {told}; {count / (time.monotonic() - began):.0f} rows/s, peak {peak} MB")


def manage(environ: dict[str, str], *arguments: str) -> tuple[str, int]:
    """What a command printed, and its peak of memory in MB."""
    command = [sys.executable, "-c", _PEAK, *arguments]
    environ = {**environ, "DJANGO_SETTINGS_MODULE": "idp.config.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
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
