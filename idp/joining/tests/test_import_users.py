"""`manage.py import_users`: thousands of people with planted mistakes; what is stored, and exactly what the report says."""

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from pydantic import SecretStr

from idp.accounts.errors import AccountExists
from idp.accounts.models import User
from idp.accounts.schemas import Credentials, NewUser
from idp.accounts.services.authenticate_user import authenticate_user
from idp.accounts.services.create_user import create_user
from idp.accounts.services.erasure import begin_erasure, delete_account, schedule_erasure
from idp.audit.models import SecurityEvent
from idp.core import clock
from idp.joining.models import ImportedAccount
from idp.joining.tests.people import PASSWORD, hashes, people, person, write

pytestmark = pytest.mark.django_db
KINDS = hashes()
HASH = KINDS["pbkdf2_sha256"]
Report = list[tuple[int, str, str, list[int]]]


def run(path: Path, *options: str) -> tuple[int, str, Report]:
    """Exit code, what was printed, and the report."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_users", str(path), *options, stdout=out, stderr=io.StringIO())
    except CommandError as exc:
        code = exc.returncode
    told = [json.loads(line) for line in Path(f"{path}.report.jsonl").read_text("utf-8").splitlines()]
    return code, out.getvalue(), [(line["line"], line["field"], line["reason"], line.get("lines", [])) for line in told]


def row(number: int, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a row may hold
    return person(number, **{"password": HASH, **other})


@pytest.mark.parametrize("name", ["people.jsonl", "people.csv"])
def test_thousands_move_in_as_they_are(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, people(3000, kinds=KINDS))
    assert run(path) == (0, "3000 rows: 3000 stored, 0 unchanged, 0 refused\n", [])
    assert User.objects.count() == ImportedAccount.objects.count() == 3000
    assert SecurityEvent.objects.filter(event="user_created", detail__via="import").count() == 3000
    first, third = User.objects.get(pk=person(0)["id"]), User.objects.get(pk=person(2)["id"])

    # Everything of the row, in the spelling of this provider; the hash to the letter.
    assert (first.email, first.email_verified, first.phone_number) == ("shopper0@example.com", True, None)
    assert (first.password, first.role, first.auth_provider, first.is_staff) == (KINDS["argon2"], "client", "google", False)
    assert (first.name, first.given_name, first.locale, first.zoneinfo) == ("Ngozi Okafor-0", "Ngozi", "en", "Africa/Lagos")
    assert (first.member_id, first.marketing_allowed, first.created_at.isoformat()) == (
        "FASTAR000000", True, "2025-03-01T09:30:00+00:00",
    )  # fmt: skip
    assert (third.phone_number, third.phone_number_verified, third.email) == ("+2348000000002", True, None)

    # Again: nothing is done, and nothing that a person did here is undone.
    User.objects.filter(pk=first.pk).update(given_name="Adaeze")
    assert run(path) == (0, "3000 rows: 0 stored, 3000 unchanged, 0 refused\n", [])
    assert User.objects.get(pk=first.pk).given_name == "Adaeze"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "none"])
def test_the_first_sign_in_takes_every_kind_of_hash_and_upgrades_it(tmp_path: Path, kind: str) -> None:
    run(write(tmp_path / "one.jsonl", [row(0, password=KINDS[kind])]))
    credentials = Credentials(identifier="shopper0@EXAMPLE.com", password=SecretStr(PASSWORD))
    proven = authenticate_user(credentials=credentials).user
    assert proven is not None
    assert User.objects.get(pk=proven.pk).password.startswith("argon2$argon2id$v=19$m=8,t=1,p=1$")
    # The new hash is no change of the row: the import leaves it alone.
    code, told, report = run(tmp_path / "one.jsonl")
    assert (code, told, report) == (0, "1 rows: 0 stored, 1 unchanged, 0 refused\n", [])
    assert User.objects.get(pk=proven.pk).password.startswith("argon2$argon2id$v=19$m=8,t=1,p=1$")


def test_an_account_without_a_password_has_none_here(tmp_path: Path) -> None:
    run(write(tmp_path / "one.jsonl", [row(0, password="!")]))
    assert authenticate_user(credentials=Credentials(identifier="shopper0@example.com", password=SecretStr("!"))).user is None


BAD: dict[str, tuple[dict[str, Any], Report]] = {
    "no id": ({"id": "7"}, [(2, "id", "invalid", [])]),
    "no role of ours": ({"role": "king"}, [(2, "role", "invalid", [])]),
    "two complaints": ({"email": "nobody", "role": "king"}, [(2, "email", "invalid", []), (2, "role", "invalid", [])]),
    "no address": ({"email": ""}, [(2, "", "invalid", [])]),
    "no telephone number": ({"phone": "12"}, [(2, "phone", "invalid", [])]),
    "a client who is staff": ({"is_staff": True}, [(2, "", "invalid", [])]),
    "neither yes nor no": ({"is_active": "perhaps"}, [(2, "is_active", "invalid", [])]),
    "a flag that is a number": ({"is_active": 3}, [(2, "is_active", "invalid", [])]),
    "no hash": ({"password": ""}, [(2, "password", "invalid", [])]),
    "a password in clear": ({"password": "secret"}, [(2, "password", "invalid", [])]),
    "a hash of another kind": ({"password": "md5$a$b"}, [(2, "password", "invalid", [])]),
    "a hash that is cut off": ({"password": HASH[:-5]}, [(2, "password", "invalid", [])]),
    "a hash too long for its column": ({"password": "!" * 129}, [(2, "password", "invalid", [])]),
    "a hash with a line end": ({"password": "!\n"}, [(2, "password", "invalid", [])]),
    "a hash of minutes": ({"password": HASH.replace("$10$", "$999999999$")}, [(2, "password", "invalid", [])]),
    "a hash of gigabytes": (
        {"password": KINDS["argon2"].replace("m=64", "m=99999999")}, [(2, "password", "invalid", [])],
    ),
    "a script as picture": ({"avatar": "javascript:alert(1)"}, [(2, "avatar", "invalid", [])]),
    "a name that turns the page": ({"first_name": "\u202eada"}, [(2, "first_name", "invalid", [])]),
    "a surrogate": ({"first_name": "\ud800"}, [(2, "first_name", "invalid", [])]),
    "a NUL": ({"last_name": "a\x00b"}, [(2, "last_name", "invalid", [])]),
    "a date of the end of time": ({"date_joined": "9999-12-31T23:59:59-14:00"}, [(2, "date_joined", "invalid", [])]),
    "no date": ({"date_joined": "yesterday"}, [(2, "date_joined", "invalid", [])]),
    "a list for a word": ({"first_name": ["Ada"], "is_active": [1], "role": {}}, [
        (2, "first_name", "invalid", []), (2, "is_active", "invalid", []), (2, "role", "invalid", []),
    ]),
    "a member of another table": ({"bio": "secret word"}, [(2, "", "invalid", [])]),
}  # fmt: skip


@pytest.mark.parametrize("mistake", BAD)
def test_a_bad_row_is_told_of_and_its_neighbours_move_in(tmp_path: Path, mistake: str) -> None:
    wrong, expected = BAD[mistake]
    code, told, report = run(_plain(tmp_path, [row(0), {**row(1), **wrong}, row(3)]))
    assert (code, told) == (2, "3 rows: 2 stored, 0 unchanged, 1 refused\n")
    assert sorted(report) == sorted(expected)
    assert User.objects.count() == 2
    kept = Path(f"{tmp_path}/people.jsonl.report.jsonl")
    assert not {"secret word", "md5", "king", "nobody", "perhaps"} & set(kept.read_text("utf-8").split('"'))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def _plain(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """A file of ASCII, so that a surrogate can stand in it as JSON spells it."""
    path = folder / "people.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    return path


def test_of_rows_that_claim_the_same_none_is_taken(tmp_path: Path) -> None:
    rows = [
        row(0),
        row(1, email="ADA@example.com"),
        row(2, phone="0801 234 5678"),
        row(3, email="ada@EXAMPLE.com"),
        row(4, phone="+234 801 234 5678", member_id="FASTAR000006"),
        row(5, id=person(7)["id"]),
        row(6),
        row(7),
    ]
    # In batches of one, so that rivals are found across them.
    code, told, report = run(write(tmp_path / "people.jsonl", rows), "--batch", "1")
    assert (code, told) == (2, "8 rows: 1 stored, 0 unchanged, 7 refused\n")
    assert report == [
        (2, "email", "taken_in_file", [4]),
        (3, "phone", "taken_in_file", [5]),
        (4, "email", "taken_in_file", [2]),
        (5, "phone", "taken_in_file", [3]),
        (5, "member_id", "taken_in_file", [7]),
        (6, "id", "taken_in_file", [8]),
        (7, "member_id", "taken_in_file", [5]),
        (8, "id", "taken_in_file", [6]),
    ]
    assert str(User.objects.get().pk) == person(0)["id"]


def test_whoever_is_here_stays_as_they_are(tmp_path: Path, make_user: Callable[..., User]) -> None:
    make_user(email="shopper1@example.com")
    make_user(phone_number="+2348012345678")
    made_here = make_user(email="ngozi@example.com")
    path = write(tmp_path / "people.jsonl", [row(0), row(3, member_id="FASTAR000900")])
    run(path)
    before = list(User.objects.order_by("pk").values())

    rows = [
        row(1),
        row(2, phone="+234 801 234 5678"),
        row(4, id=str(made_here.pk)),
        row(0, first_name="Somebody", last_name="Else", email="another@example.com"),
        row(6, member_id="FASTAR000900"),
    ]
    code, told, report = run(write(path, rows))
    assert (code, told) == (2, "5 rows: 0 stored, 0 unchanged, 5 refused\n")
    assert report == [
        (1, "email", "taken_here", []),
        (2, "phone", "taken_here", []),
        (3, "id", "exists_here", []),
        (4, "id", "changed_in_source", []),
        (5, "member_id", "taken_here", []),
    ]
    assert list(User.objects.order_by("pk").values()) == before


def test_whoever_was_erased_here_does_not_come_back(tmp_path: Path) -> None:
    path = write(tmp_path / "people.jsonl", [row(0)])
    run(path)
    user = User.objects.get()
    schedule_erasure(user_id=user.pk, due_at=clock.now())
    assert begin_erasure(user_id=user.pk, at=clock.now())
    assert delete_account(user_id=user.pk)
    code, _told, report = run(path)
    assert (code, report, User.objects.count()) == (2, [(1, "id", "erased_here", [])], 0)


@pytest.mark.parametrize(
    ("flags", "may_sign_in"),
    [
        ({"is_active": True, "is_verified": True}, True),
        # Signed up and never confirmed: the first sign-in confirms.
        ({"is_active": False, "is_verified": False}, True),
        ({"is_active": False, "is_verified": True}, False),
        ({"is_active": True, "is_verified": True, "is_deleted": True}, False),
        ({"is_active": False, "is_verified": False, "is_deleted": True}, False),
    ],
)
def test_the_suspended_and_the_deleted_stay_shut_and_keep_their_address(
    tmp_path: Path, *, flags: dict[str, bool], may_sign_in: bool
) -> None:
    run(write(tmp_path / "people.jsonl", [row(0, **flags)]))
    user = User.objects.get()
    assert (user.is_active, user.email_verified) == (may_sign_in, flags["is_verified"])
    with pytest.raises(AccountExists):
        create_user(new=NewUser(email="shopper0@example.com", password=SecretStr(PASSWORD)))


def test_staff_are_those_whom_the_backend_calls_so(tmp_path: Path) -> None:
    run(write(tmp_path / "people.jsonl", [row(0, role="editor", is_staff=True), row(1, role="editor")]))
    assert list(User.objects.order_by("pk").values_list("role", "is_staff")) == [("editor", True), ("editor", False)]


def test_a_dry_run_judges_all_and_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "people.jsonl", [row(0), row(1, role="king")])
    with CaptureQueriesContext(connection) as queries:
        code, told, report = run(path, "--dry-run")
    assert (code, told) == (2, "2 rows: 1 would be stored, 0 unchanged, 1 refused\n")
    assert report == [(2, "role", "invalid", [])]
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_queries_grow_with_the_batches_and_not_with_the_people(tmp_path: Path) -> None:
    def selects_and_all(count: int, batch: int) -> tuple[int, int]:
        User.objects.all().delete()
        path = write(tmp_path / f"{count}.jsonl", people(count, kinds=KINDS))
        with CaptureQueriesContext(connections["default"]) as queries:
            assert run(path, "--batch", str(batch))[0] == 0
        return sum(query["sql"].startswith("SELECT") for query in queries), len(queries)

    assert selects_and_all(100, 100)[0] == 3
    assert selects_and_all(400, 100)[0] == 12
    # SQLite takes fewer values in one statement than the server, and a savepoint stands for the transaction in this test.
    assert selects_and_all(800, 400)[1] <= 2 * 40
