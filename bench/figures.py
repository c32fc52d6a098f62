"""What the measurements share as programs: `--json FILE`, and an end that also ends what they started."""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any


def named_file(name: str) -> Path | None:
    """The file that the command line of `python -m bench.NAME` names for the figures."""
    end_with_sigterm()
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="a file for the figures")
    file: Path | None = parser.parse_args().json
    return file


def end_with_sigterm() -> None:
    """Whoever stops this program stops its provider as well."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))


def write(file: Path | None, figures: dict[str, Any]) -> None:
    """Write them down, if a file was named."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
