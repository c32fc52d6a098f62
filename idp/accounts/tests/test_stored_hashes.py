"""Hashes as Fashionistar and Django stored them: proven and upgraded, or refused before they cost anything."""

import hashlib
from collections.abc import Callable

import bcrypt
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher, ScryptPasswordHasher, get_hasher
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from pytest_django import Settings

from idp.accounts.hashers import Scrypt
from idp.accounts.models import User
from idp.accounts.schemas import Credentials
from idp.accounts.services.authenticate_user import AuthResult, authenticate_user
from idp.accounts.stored_hashes import Fault, fault_of
from idp.accounts.tests.conftest import Hashes
from idp.accounts.types import Outcome
from idp.config import settings as production

EMAIL = "ada@example.com"
SALT = "NaClNaClNaClNaClNaClNa"

# "secret" as Fashionistar's backend stores it, and by each of Django's older hashers.
FASHIONISTAR = "argon2$argon2id$v=19$m=102400,t=2,p=8$1d4ZGr/1Ka4r7VLeqps/Iw$j8brCL8IxHpKeScTsw9BvUm5X2UrTZ0jlVeouwVZYV4"
LEGACY: dict[str, Callable[[], str]] = {
    "argon2 of Fashionistar": lambda: FASHIONISTAR,
    "pbkdf2_sha256": lambda: PBKDF2PasswordHasher().encode("secret", SALT, iterations=1000),
    "pbkdf2_sha1": lambda: PBKDF2SHA1PasswordHasher().encode("secret", SALT, iterations=1000),
    "bcrypt_sha256": lambda: (
        "bcrypt_sha256$" + bcrypt.hashpw(hashlib.sha256(b"secret").hexdigest().encode(), bcrypt.gensalt(4)).decode()
    ),
    "scrypt": lambda: ScryptPasswordHasher().encode("secret", SALT),
    "scrypt above OpenSSL's own limit": lambda: Scrypt().encode("secret", SALT, n=2**15),
}


@pytest.fixture
def every_hash(hashes: Hashes, monkeypatch: pytest.MonkeyPatch) -> Hashes:
    """Counts the other three functions that a hash of ours can end in as well."""
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", hashes.counted(hashlib.pbkdf2_hmac))
    monkeypatch.setattr(hashlib, "scrypt", hashes.counted(hashlib.scrypt))
    monkeypatch.setattr(bcrypt, "hashpw", hashes.counted(bcrypt.hashpw))
    return hashes


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the process was asked to sleep, instead of sleeping."""
    asked: list[float] = []
    monkeypatch.setattr("time.sleep", asked.append)
    return asked


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user(email=EMAIL)


def _store(user: User, stored: str) -> None:
    User.objects.filter(pk=user.pk).update(password=stored)


def attempt(password: str) -> AuthResult:
    return authenticate_user(credentials=Credentials(identifier=EMAIL, password=SecretStr(password)))


@pytest.mark.spec("OWASP ASVS 5.0", "11.4.2")
@pytest.mark.parametrize("kind", LEGACY)
def test_an_old_hash_proves_its_password_and_is_upgraded_without_a_word(
    ada: User, every_hash: Hashes, pauses: list[float], settings: Settings, kind: str
) -> None:
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    _store(ada, LEGACY[kind]())
    every_hash.count = 0
    assert attempt("secret").user == ada
    assert every_hash.count == 2
    assert pauses == []
    stored = User.objects.get(pk=ada.pk).password
    assert stored.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    # From now on it is an account like any other.
    every_hash.count = 0
    assert attempt("secret").user == ada
    assert every_hash.count == 1


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
@pytest.mark.parametrize("kind", LEGACY)
def test_a_failure_against_an_old_hash_costs_one_hash_and_waits_outside_the_slot(
    ada: User, every_hash: Hashes, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from idp.accounts.hashing_slots import slots

    free_while_waiting: list[bool] = []

    def other_sign_ins(_duration: float) -> None:
        """While this one waits, both slots can be taken by others."""
        with slots.one(), slots.one():
            free_while_waiting.append(True)

    monkeypatch.setattr("time.sleep", other_sign_ins)
    # However long this machine takes, the floor lies later.
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    stored = LEGACY[kind]()
    _store(ada, stored)
    every_hash.count = 0
    assert attempt("Secret").reason is Outcome.WRONG_PASSWORD
    assert every_hash.count == 1
    assert free_while_waiting == [True]
    assert User.objects.get(pk=ada.pk).password == stored


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("identifier", [EMAIL, "bola@example.com"])
def test_accounts_on_the_current_hash_and_unknown_ones_never_wait(pauses: list[float], identifier: str) -> None:
    authenticate_user(credentials=Credentials(identifier=identifier, password=SecretStr("wrong")))
    assert pauses == []


TOO_COSTLY = [
    "argon2$argon2id$v=19$m=4194304,t=2,p=8$" + FASHIONISTAR.split("$", 4)[4],
    "argon2$argon2id$v=19$m=102400,t=999999,p=8$" + FASHIONISTAR.split("$", 4)[4],
    "argon2$argon2id$v=19$m=102400,t=2,p=9999$" + FASHIONISTAR.split("$", 4)[4],
    f"pbkdf2_sha256$999999999${SALT}${'A' * 43}=",
    f"pbkdf2_sha1$999999999${SALT}${'A' * 27}=",
    f"bcrypt_sha256$$2b$31${'a' * 21}.{'a' * 31}",
    f"scrypt$1073741824$NaCl$8$5${'A' * 86}==",
    f"scrypt$16384$NaCl$99999$5${'A' * 86}==",
    f"scrypt$16384$NaCl$8$99999${'A' * 86}==",
    # Impossible rather than costly: the function itself would raise.
    f"scrypt$16383$NaCl$8$1${'A' * 86}==",
    f"pbkdf2_sha256$0${SALT}${'A' * 43}=",
    "argon2$argon2id$v=19$m=8,t=0,p=1$" + FASHIONISTAR.split("$", 4)[4],
    "argon2$argon2id$v=19$m=8,t=1,p=8$" + FASHIONISTAR.split("$", 4)[4],
]
DAMAGED = [
    FASHIONISTAR[:40],
    FASHIONISTAR[:-30],
    FASHIONISTAR + "$",
    FASHIONISTAR.replace("v=19", "v=99"),
    FASHIONISTAR.replace("argon2id", "argon2xx"),
    FASHIONISTAR.replace("m=102400,", ""),
    "argon2$",
    "pbkdf2_sha256$1000",
    f"pbkdf2_sha256$many${SALT}${'A' * 43}=",
    f"pbkdf2_sha256$1000${SALT}$short",
    "bcrypt_sha256$$2b$12$short",
    f"bcrypt_sha256$$2b$12${'a' * 53}",
    f"scrypt$16384${SALT}$8",
    "scrypt$$$$$",
]
UNKNOWN = ["", "$", "plain text", "md5$salt$hash", "5f4dcc3b5aa765d61d8327deb882cf99", "bcrypt$$2b$12$" + "a" * 53]
# The costly ones last: should the rule ever go, the run stops before it computes one.
FAULTS = [
    *((stored, Fault.DAMAGED) for stored in DAMAGED),
    *((stored, Fault.UNKNOWN_KIND) for stored in UNKNOWN),
    *((stored, Fault.TOO_COSTLY) for stored in TOO_COSTLY),
]


@pytest.mark.spec("OWASP ASVS 5.0", "11.4.2")
@pytest.mark.parametrize(("stored", "fault"), FAULTS)
def test_what_must_not_be_computed_is_a_plain_refusal_and_a_line_in_the_log(
    ada: User, every_hash: Hashes, caplog: pytest.LogCaptureFixture, stored: str, fault: Fault
) -> None:
    assert fault_of(stored) is fault
    _store(ada, stored)
    every_hash.count = 0
    assert attempt("secret").reason is Outcome.DAMAGED_HASH
    assert every_hash.count == 1
    [line] = [record for record in caplog.records if record.getMessage() == "a stored password hash cannot be used"]
    assert (line.__dict__["fault"], line.__dict__["subject"]) == (fault, str(ada.pk))
    assert "NaCl" not in caplog.text


@pytest.mark.parametrize("kind", LEGACY)
def test_what_django_writes_is_never_at_fault(kind: str) -> None:
    assert fault_of(LEGACY[kind]()) is None


@pytest.mark.parametrize("kind", ["pbkdf2_sha256", "pbkdf2_sha1", "bcrypt_sha256", "scrypt", "argon2"])
def test_every_hasher_of_today_writes_what_we_take(kind: str) -> None:
    hasher = get_hasher(kind)
    assert fault_of(hasher.encode("secret", hasher.salt())) is None
    assert fault_of(FASHIONISTAR) is None


@given(st.one_of(st.text(max_size=200), st.from_regex(r"(argon2|pbkdf2_sha256|scrypt|bcrypt_sha256)\$[\$0-9a-zA-Z=,./+]{0,160}")))
def test_no_text_makes_the_judgement_raise_and_what_passes_can_be_taken_apart(stored: str) -> None:
    if fault_of(stored) is None:
        get_hasher(stored.partition("$")[0]).decode(stored)
