"""`python -m bench [--short] [--base REVISION] [--json FILE]`: every measurement that needs nobody, one after the other.

Each is a program of its own, because it chooses its cores and its priority for itself. Their figures end in one file, by the
names of the programs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import end_with_sigterm, write
from tools.demo_plan import ROOT

_FILE = Path(".state/bench.json")
# These measure the revision at hand alone.
_OURS = ("start", "password_rate", "logins_beside_tokens")


def main() -> int:
    """Run them all; the exit status is that of the first that failed."""
    # What is asked for, and so which programs with which options.
    end_with_sigterm()
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--short", action="store_const", const=["--short"], default=[], help="endpoints for a minute")
    parser.add_argument("--base", default="", help="endpoints alone, beside a revision of ourselves")
    parser.add_argument("--json", type=Path, default=_FILE, metavar="FILE", help=f"a file for the figures ({_FILE})")
    options = parser.parse_args()
    base = ["--base", options.base] if options.base else []
    parts = [("endpoints", [*options.short, *base]), *((name, list[str]()) for name in _OURS if not base)]

    # One after the other, then all figures in one file.
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, more in parts:
            sys.stdout.write(f"\n== {name}\n")
            sys.stdout.flush()
            file = Path(folder) / f"{name}.json"
            if status := _run([sys.executable, "-m", f"bench.{name}", "--json", str(file), *more]):
                return status
            figures[name] = json.loads(file.read_text("utf-8"))
    write(options.json, figures)
    sys.stdout.write(f"\nfigures: {options.json}\n")
    return 0


def _run(command: list[str]) -> int:
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    finally:
        # Asked to end and not killed, so that it ends the provider that it started.
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
