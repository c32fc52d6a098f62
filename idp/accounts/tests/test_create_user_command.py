"""`manage.py create_user`: JSON on success, one sentence and exit code 1 otherwise."""

import io
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from idp.accounts.models import User
from idp.accounts.tests.test_schemas import FULL
from idp.audit.models import SecurityEvent

pytestmark = pytest.mark.django_db
ProfileAt = Callable[[object], str]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def profile_at(tmp_path: Path) -> ProfileAt:
    """Writes a profile file and names it."""

    def write(claims: object) -> str:
        path = tmp_path / "profile.json"
        path.write_text(claims if isinstance(claims, str) else json.dumps(claims), "utf-8")
        return str(path)

    return write


def run(*arguments: str) -> dict[str, object]:
    out = io.StringIO()
    call_command("create_user", *arguments, stdout=out)
    printed: dict[str, object] = json.loads(out.getvalue())
    return printed


def refused(*arguments: str) -> str:
    before = User.objects.count()
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert User.objects.count() == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_it_prints_the_sub() -> None:
    printed = run("--email", "Ada@Example.com", "--password", "x")
    user = User.objects.get()
    assert printed == {"sub": str(user.pk), "created": True}
    assert uuid.UUID(str(printed["sub"])).version == 7
    assert (user.email, user.role, user.is_verified, user.check_password("x")) == ("ada@example.com", "client", False, True)


def test_every_option_is_stored(profile_at: ProfileAt) -> None:
    run(
        "--email", "ada@example.com", "--phone", "08012345678", "--password", "x", "--role", "super_vendor", "--verified",
        "--profile", profile_at(FULL),
    )  # fmt: skip
    user = User.objects.get()
    assert (user.phone_number, user.role, user.email_verified, user.phone_number_verified) == (
        "+2348012345678", "super_vendor", True, True,
    )  # fmt: skip
    stored = {name: getattr(user, name) for name in FULL if name != "address"}
    assert stored == {name: text for name, text in FULL.items() if name != "address"}
    assert user.address["street_address"] == "12 Broad Street\nFlat 2"
    assert SecurityEvent.objects.get().event == "user_created"


def test_the_profile_may_name_the_identifiers(profile_at: ProfileAt) -> None:
    claims = {"email": "ada@example.com", "phone_number": "08012345678", "phone_number_verified": True}
    run("--password", "x", "--profile", profile_at(claims))
    user = User.objects.get()
    assert (user.email, user.email_verified, user.phone_number_verified) == ("ada@example.com", False, True)
    again = ["--password", "x", "--profile", profile_at(claims), "--if-absent"]
    assert run("--email", "ADA@example.com", *again) == {"sub": str(user.pk), "created": False}
    assert "--email and the profile file name two different ones" in refused("--email", "b@example.com", *again)
    assert "--phone and the profile file name two different ones" in refused("--phone", "08099999999", *again)


@pytest.mark.parametrize(
    ("typed", "password"),
    [("secret\n", "secret"), ("secret\r\n", "secret"), ("  a b \n\n", "  a b \n"), ("secret", "secret"), ("é\n", "é")],
)
def test_standard_input_loses_its_last_line_end_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, typed: str, password: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    run("--email", "ada@example.com", "--password-stdin")
    assert User.objects.get().check_password(password)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--password", "x"], "Please give an email address or a phone number."),
        (["--email", "a@b.cd"], "Please give the password either with --password or with --password-stdin."),
        (["--email", "a@b.cd", "--password", "x", "--password-stdin"], "Please give the password either"),
        (["--email", "nonsense", "--password", "x"], "email: Please enter a valid email address"),
        (["--phone", "12", "--password", "x"], "phone_number: Please enter a valid phone number"),
        (["--email", "a@b.cd", "--password", ""], "password: Please enter a password."),
        (["--email", "a@b.cd", "--password", "x" * 5000], "password: This password is too long."),
        (["--email", "a@b.cd", "--password", "x", "--role", "king"], "The role must be one of: client, vendor,"),
        (["--email", "a@b.cd", "--password", "x", "--profile", "/nowhere.json"], "cannot be read: No such file"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str) -> None:
    assert sentence in refused(*arguments)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"given_name": 7}, "cannot be used: given_name: This must be text."),
        ({"shoe_size": 43}, "cannot be used: shoe_size: This field is not known here."),
        ({"address": {"locality": 7}}, "cannot be used: address.locality: This must be text."),
        ({"sub": "me"}, "cannot be used: sub: This field is not known here."),
        ([], "must hold one JSON object."),
        ("{", "is not valid JSON"),
        ('{"name": "a", "name": "b"}', "is not valid JSON: duplicate member 'name'."),
        ("[" * 100_000, "is not valid JSON"),
        ('{"email_verified": true}', "can only be verified if it is given"),
    ],
)
def test_a_bad_profile_is_refused_by_name(profile_at: ProfileAt, claims: object, sentence: str) -> None:
    assert sentence in refused("--phone", "08012345678", "--password", "x", "--profile", profile_at(claims))


def test_a_profile_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(b"\xff\xfe\x00")
    assert "is not valid JSON" in refused("--email", "a@b.cd", "--password", "x", "--profile", str(path))


def test_a_taken_identifier_is_a_conflict() -> None:
    run("--email", "ada@example.com", "--password", "x")
    run("--phone", "08012345678", "--password", "x")
    assert refused("--email", "ADA@example.com", "--password", "y") == "An account with this email already exists."
    assert refused("--phone", "0801 234 5678", "--password", "y") == "An account with this phone number already exists."


def test_if_absent_names_the_account_that_is_there_and_leaves_it_alone() -> None:
    first = run("--email", "ada@example.com", "--password", "x")
    again = run("--email", "ADA@example.com", "--password", "y", "--role", "admin", "--if-absent")
    assert again == {"sub": first["sub"], "created": False}
    user = User.objects.get()
    assert (user.role, user.check_password("x")) == ("client", True)
    assert run("--email", "bola@example.com", "--password", "x", "--if-absent")["created"] is True


def test_if_absent_never_mistakes_one_person_for_another() -> None:
    run("--email", "ada@example.com", "--password", "x")
    run("--phone", "08012345678", "--password", "x")
    assert refused("--email", "ada@example.com", "--phone", "08012345678", "--password", "x", "--if-absent")
    assert refused("--email", "ada@example.com", "--phone", "08099999999", "--password", "x", "--if-absent")


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [(["--password", "x"], 1, "Please give an email address or a phone number."), (["--e-mail", "x"], 2, "unrecognized")],
)
def test_the_shell_gets_an_exit_code_and_one_sentence(arguments: list[str], code: int, complaint: str) -> None:
    command = [sys.executable, "-m", "django", "create_user", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
