"""What a machine lacks is said in one sentence each, from the programs it would really run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.preconditions import ROOT

NEEDED = ("git", "make", "node", "npm")


def gaps_with(folder: Path, programs: dict[str, str]) -> list[str]:
    """The sentences on a machine whose only programs are these shell scripts."""
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    code = "from tools.preconditions import refuse_unless_met; refuse_unless_met()"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == (1 if answer.stderr else 0)
    return answer.stderr.splitlines()


def all_there(node: str = "v20.19.4") -> dict[str, str]:
    return {**dict.fromkeys(NEEDED, "exit 0"), "node": f"echo {node}"}


def test_nothing_missing_says_nothing(tmp_path: Path) -> None:
    assert gaps_with(tmp_path, all_there()) == []


@pytest.mark.parametrize("missing", NEEDED)
def test_each_missing_program_is_one_sentence(tmp_path: Path, missing: str) -> None:
    programs = all_there()
    del programs[missing]
    (sentence,) = gaps_with(tmp_path, programs)
    assert missing in sentence.lower()


@pytest.mark.parametrize("version", ["v18.20.4", "v4.0.0", "nonsense"])
def test_a_node_that_is_too_old_is_one_sentence(tmp_path: Path, version: str) -> None:
    (sentence,) = gaps_with(tmp_path, all_there(node=version))
    assert sentence.startswith("Node 20")


def test_everything_missing_is_said_at_once(tmp_path: Path) -> None:
    assert len(gaps_with(tmp_path, {})) == 3


def test_the_checks_can_be_read_by_an_old_python() -> None:
    """An old Python must get as far as the sentence about itself: no syntax younger than 3.7."""
    compile_old = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 7))"
    for name in ("preconditions.py", "__init__.py"):
        subprocess.run([sys.executable, "-c", compile_old, str(ROOT / "tools" / name)], check=True)
