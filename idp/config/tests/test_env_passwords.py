"""The variables of passwords: OWASP's cost by itself, any that is as strong, none that is weak or takes a server down."""

import os
import subprocess
import sys

import pytest

from idp.config.tests.test_env import load, refusal_of
from tools.demo_plan import ROOT


def test_the_cost_is_owasps_by_itself_and_old_hashes_are_upgraded() -> None:
    environment = load()
    assert environment.argon2 == (19_456, 2, 1)
    assert environment.upgrade_hashes is True


@pytest.mark.parametrize("text", ["m=47104,t=1,p=1", "m=12288,t=3,p=1", "m=9216,t=4,p=1", "m=7168,t=5,p=1", "m=102400,t=2,p=8"])
def test_what_owasp_calls_as_strong_and_what_fashionistar_uses_is_taken(text: str) -> None:
    memory, passes, lanes = load(IDP_ARGON2=text).argon2
    assert f"m={memory},t={passes},p={lanes}" == text


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("IDP_ARGON2", "19456,2,1", "must read like"),
        ("IDP_ARGON2", "m=19456,t=2,p=1;", "must read like"),
        ("IDP_ARGON2", "m=7167,t=10,p=1", "no less than"),
        ("IDP_ARGON2", "m=19456,t=1,p=1", "no less than"),
        ("IDP_ARGON2", "m=47104,t=0,p=1", "no less than"),
        ("IDP_ARGON2", "m=47104,t=1,p=0", "no less than"),
        ("IDP_ARGON2", "m=262145,t=2,p=1", "at most"),
        ("IDP_ARGON2", "m=19456,t=11,p=1", "at most"),
        ("IDP_ARGON2", "m=19456,t=2,p=17", "at most"),
        ("IDP_UPGRADE_HASHES", "later", "on or off"),
    ],
)
def test_what_cannot_be_meant_keeps_the_provider_from_starting(name: str, text: str, reason: str) -> None:
    assert reason in refusal_of(name, text)


@pytest.mark.spec("OWASP ASVS 5.0", "11.4.2")
def test_new_hashes_cost_what_the_operator_says() -> None:
    # The hasher of tests is cheap; the cost of the real one is asked for.
    program = (
        "import django; django.setup(); from django.conf import settings; from django.contrib.auth.hashers import make_password;"
        "settings.PASSWORD_HASHERS = ['idp.accounts.hashers.Argon2id']; print(make_password('x'))"
    )
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "idp.tests.settings", "IDP_ARGON2": "m=9216,t=4,p=1"}
    made = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert "$m=9216,t=4,p=1$" in made.stdout
