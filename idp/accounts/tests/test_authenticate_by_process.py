"""`authenticate_user` as it runs in production: each hash in the hashing process, its failures never a verdict."""

import ast
import os
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from idp.accounts.errors import HashingBusy, NotHashed
from idp.accounts.hashing import computation
from idp.accounts.hashing.process import HashingProcess
from idp.accounts.hashing_slots import RUNNING, slots
from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import AuthResult, authenticate_user
from idp.accounts.services.passwords import hashed
from idp.accounts.tests.conftest import Hashes
from idp.accounts.tests.test_stored_hashes import LEGACY
from idp.accounts.types import Outcome
from idp.config import settings as production
from idp.conftest import PASSWORD
from idp.tests.source_tree import production_python

EMAIL = "ada@example.com"
OURS = "argon2$argon2id$v=19$m=19456,t=2,p=1$"
# Answers the first question with yes and ends at the second.
_YES_AND_THEN_NOTHING = """
import socket, struct, sys
end = socket.socket(fileno=int(sys.argv[1]))
end.recv(65536)
body = b'{"result": true}'
end.sendall(struct.pack(">I", len(body)) + body)
end.recv(65536)
"""


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user(email=EMAIL)


@pytest.fixture
def as_in_production(settings: Settings, ada: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[HashingProcess]:
    """A hashing process like the server's, ended afterwards; the account was made without it.

    More patient than the server's: it is niced, and a machine busy with other tests may leave it little.
    """
    settings.IDP_HASHING_PROCESS = production.IDP_HASHING_PROCESS
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    process = HashingProcess(sockets=RUNNING, answer_seconds=600)
    monkeypatch.setattr(computation, "hashing_process", process)
    yield process
    process.stop()


def attempt(password: str, identifier: str = EMAIL) -> AuthResult:
    return authenticate_user(credentials=Credentials(identifier=identifier, password=SecretStr(password)))


def stored_hash() -> str:
    return User.objects.get().password


@pytest.mark.spec("OWASP ASVS 5.0", "11.4.2")
@pytest.mark.parametrize("kind", LEGACY)
def test_every_kind_of_stored_hash_is_proved_and_upgraded_there(
    as_in_production: HashingProcess, hashes: Hashes, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda _duration: None)
    User.objects.update(password=LEGACY[kind]())
    hashes.count = 0
    assert attempt("Secret").reason is Outcome.WRONG_PASSWORD
    assert attempt("secret").reason is Outcome.PROVEN
    assert stored_hash().startswith(OURS)
    assert attempt("secret").reason is Outcome.PROVEN
    assert attempt("Secret").reason is Outcome.WRONG_PASSWORD
    assert attempt("secret", "bola@example.com").reason is Outcome.NO_ACCOUNT
    # Not one of them in this process.
    assert hashes.count == 0


def test_one_that_is_killed_costs_nobody_their_sign_in(as_in_production: HashingProcess) -> None:
    assert attempt(PASSWORD).user
    assert as_in_production.pid is not None
    os.kill(as_in_production.pid, signal.SIGKILL)
    assert attempt("wrong").reason is Outcome.WRONG_PASSWORD
    assert attempt(PASSWORD).user


@pytest.mark.usefixtures("as_in_production")
@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
@pytest.mark.parametrize("identifier", [EMAIL, "bola@example.com"])
def test_without_it_nobody_is_judged_whoever_was_named(monkeypatch: pytest.MonkeyPatch, identifier: str, password: str) -> None:
    monkeypatch.setattr(computation, "hashing_process", HashingProcess(sockets=1, command=("false",)))
    with pytest.raises(NotHashed):
        attempt(password, identifier)
    with pytest.raises(NotHashed):
        hashed(SecretStr(password))
    # No slot stays taken.
    with slots.one(), slots.one():
        pass


@pytest.mark.usefixtures("as_in_production")
def test_text_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _YES_AND_THEN_NOTHING.replace("true", '"yes"')
    wordy = HashingProcess(sockets=1, command=(sys.executable, "-c", text))
    monkeypatch.setattr(computation, "hashing_process", wordy)
    with pytest.raises(NotHashed):
        attempt(PASSWORD)
    wordy.stop()


@pytest.mark.usefixtures("as_in_production")
def test_who_is_proven_gets_in_even_if_the_new_hash_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    old = LEGACY["argon2 of Fashionistar"]()
    User.objects.update(password=old)
    half = HashingProcess(sockets=1, command=(sys.executable, "-c", _YES_AND_THEN_NOTHING), pause_seconds=0)
    monkeypatch.setattr(computation, "hashing_process", half)
    # It ends at the second question, and the next one says yes to that as well, which is no hash.
    assert attempt("secret").user
    assert stored_hash() == old
    assert "password hash not upgraded" in caplog.text
    half.stop()


def test_a_hash_for_a_new_password_takes_a_slot_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_patience", 0)
    with slots.one(), slots.one():
        # No password, no hash.
        assert hashed(None).startswith("!")
        with pytest.raises(HashingBusy):
            hashed(SecretStr("secret"))


# --- Nobody else -------------------------------------------------------------------------------------------------------
_HASHING = {"make_password", "verify_password", "check_password", "acheck_password", "set_password", "hash_secret", "hashpw"}
_SIGNING_IN = {"authenticate", "aauthenticate", "ModelBackend", "login", "alogin", "force_login"}
_MAY_HASH = {
    "idp/accounts/services/authenticate_user.py": {"make_password", "verify_password"},
    "idp/accounts/services/passwords.py": {"make_password"},
    "idp/accounts/hashing/functions.py": {"hash_secret", "hashpw"},
}


def _named(tree: ast.Module) -> set[str]:
    """Functions of hashing that this code names, and what it takes from Django to sign somebody in."""
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    taken = {alias.name for node in imports for alias in node.names}
    from_django = {alias.name for node in imports if str(node.module).startswith("django.contrib.auth") for alias in node.names}
    return (attributes | names | taken) & _HASHING | from_django & _SIGNING_IN


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_nobody_else_hashes_or_checks_a_password_or_signs_in_through_django() -> None:
    ours = [source for source in production_python() if source.path.parts[0] in {"idp", "tools"}]
    found = {str(source): names for source in ours if (names := _named(source.tree))}
    assert found == _MAY_HASH
    assert production.AUTHENTICATION_BACKENDS == []
