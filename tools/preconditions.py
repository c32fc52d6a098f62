"""What a machine must have before anything can be installed: checked, never installed, one sentence for each gap.

First step of every `make` target. Written for any Python 3, since a Python that is too old must be able to say so.
"""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)


def find_gaps() -> "list[str]":
    """One sentence for each thing this machine lacks; empty when the set-up can begin."""
    gaps = []
    if sys.version_info[:2] < OLDEST_PYTHON:
        gaps.append(
            "Python 3.11 or newer is needed, this is {}.{}; install it and run: make PYTHON=python3.11 …".format(
                *sys.version_info[:2]
            )
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        gaps.append("Python's venv module is missing; on Debian install the package python3-venv.")
    gaps += [f"{name} is missing; install it and try again." for name in ("git", "make") if not shutil.which(name)]
    return gaps + _find_node_gaps()


def _find_node_gaps() -> "list[str]":
    """Sentences about Node and npm."""
    wanted = _oldest_node()
    words = ".".join(str(part) for part in wanted)
    if not shutil.which("node"):
        return [f"Node {words} or newer is missing; install it (with npm) and try again."]
    found = _version_of_node()
    if found < wanted:
        return [f"Node {words} or newer is needed, this is {'.'.join(str(part) for part in found)}; install a newer one."]
    return [] if shutil.which("npm") else ["npm is missing although Node is there; install it and try again."]


def _oldest_node() -> "tuple[int, ...]":
    """The oldest Node the front end's own package.json accepts."""
    engines = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8")).get("engines", {})
    return tuple(int(part) for part in re.findall(r"\d+", engines.get("node", ">=20"))[:2])


def _version_of_node() -> "tuple[int, ...]":
    """Major, minor and patch of the installed Node; zeros when it does not answer."""
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    parts = tuple(int(part) for part in re.findall(r"\d+", answer.stdout)[:3])
    return parts or (0, 0, 0)


def refuse_unless_met() -> None:
    """Return when nothing is missing, else print the sentences and raise SystemExit(1)."""
    gaps = find_gaps()
    if gaps:
        sys.stderr.write("".join(f"{gap}\n" for gap in gaps))
        raise SystemExit(1)
