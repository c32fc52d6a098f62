"""What the Makefile promises beside its commands: tests bring their own environment."""

import os
import subprocess

from tools.demo_plan import ROOT


def test_no_variable_of_the_shell_reaches_the_tests() -> None:
    given = {"IDP_MODE": "production", "IDP_SCREENSHOTS": "/nowhere", "DEMO_API_PORT": "1", "IDP_TEST_KEPT": "yes"}
    command = ["make", "--silent", "--eval", "probe: ; @$(TEST_ENVIRONMENT) printenv", "probe"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert seen["PYTHONHASHSEED"] == "0"
    assert seen.keys() & given.keys() == {"IDP_TEST_KEPT"}
