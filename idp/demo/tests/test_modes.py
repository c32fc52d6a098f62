"""The demo's pages exist in demo mode and nowhere else, and demo mode exists on this machine and nowhere else."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from idp.config.env import load_environment
from idp.config.tests.test_env import PRODUCTION, SECRETS

DEMO = {**SECRETS, "IDP_MODE": "demo"}
PATHS = ("/inbox", "/guide", "/styleguide", "/styleguide/sign-in")
# In a process of its own, because the mode is settled when the settings are read.
_PROBE = """
import django, json, sys
django.setup()
from django.test import Client
answers = [Client(SERVER_NAME="localhost").get(path) for path in json.loads(sys.argv[1])]
loaded = sorted(name for name in sys.modules if name.startswith(("idp.demo", "markdown_it")))
sys.stderr.write("\\n" + json.dumps([[answer.status_code for answer in answers], bool(loaded)]))
"""


def run(code: str, environ: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    environ = {**environ, "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "idp.config.settings"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("environ", [
    PRODUCTION,
    {**PRODUCTION, "IDP_ISSUER": "https://localhost"},
    {**SECRETS, "IDP_MODE": "local"},
    {**SECRETS, "IDP_MODE": "local", "IDP_ISSUER": "https://id.example.com"},
], ids=["production", "production on this machine", "local", "not this machine"])  # fmt: skip
def test_in_other_modes_there_is_no_such_address(environ: dict[str, str]) -> None:
    done = run(_PROBE, environ, json.dumps(PATHS))
    assert json.loads(done.stderr.splitlines()[-1]) == [[404] * len(PATHS), False], done.stderr


def test_in_demo_mode_they_answer() -> None:
    # The inbox needs a database; its own tests have one.
    done = run(_PROBE, DEMO, json.dumps(["/", *PATHS[1:]]))
    assert json.loads(done.stderr.splitlines()[-1]) == [[200] * 4, True], done.stderr


@pytest.mark.parametrize("issuer", ["https://id.example.com", "https://localhost.example.com", "http://192.168.1.5:8000"])
def test_demo_mode_starts_on_this_machine_only(issuer: str) -> None:
    done = run("import idp.config.settings", {**DEMO, "IDP_ISSUER": issuer})
    assert done.returncode != 0
    assert "IDP_MODE demo is only for this machine" in done.stderr


@pytest.mark.parametrize(("environ", "expected"), [
    (DEMO, True), (SECRETS, False), ({**PRODUCTION, "IDP_ISSUER": "https://localhost"}, False), (PRODUCTION, False),
])  # fmt: skip
def test_only_the_demo_has_its_pages(environ: dict[str, str], *, expected: bool) -> None:
    assert load_environment(environ).has_demo_pages is expected


@pytest.mark.parametrize("path", PATHS)
def test_here_in_local_mode_nothing_answers(path: str) -> None:
    assert Client().get(path).status_code == 404
