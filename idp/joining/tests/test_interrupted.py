"""An import that ends in the middle, by a kill or by others' writing, leaves whole batches; the next run does the rest."""

import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.joining.models import ImportedAccount
from idp.joining.tests.people import hashes, people, write
from idp.tests.killed import killed_at, moments

pytestmark = pytest.mark.unmeasured

BATCH, PEOPLE = 3, 10


def run(path: Path) -> str:
    out = io.StringIO()
    call_command("import_users", str(path), "--batch", str(BATCH), stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "people.jsonl", people(PEOPLE, kinds=hashes()))


def counts() -> set[int]:
    return {User.objects.count(), ImportedAccount.objects.count(), SecurityEvent.objects.filter(event="user_created").count()}


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_nothing_is_half_there_and_the_next_run_does_the_rest(path: Path) -> None:
    for moment in moments():
        was_killed = killed_at(moment, partial(run, path))
        [there] = counts()
        assert there in {0, 3, 6, 9, 10}
        assert run(path) == f"10 rows: {10 - there} stored, {there} unchanged, 0 refused\n"
        assert counts() == {PEOPLE}
        if not was_killed:
            break
        User.objects.all().delete()
        # The trail is append-only for everybody but this test, which begins anew.
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {SecurityEvent._meta.db_table}")  # noqa: S608 - our own table's name


@pytest.mark.django_db
def test_who_signs_up_in_the_middle_of_a_batch_keeps_the_address(path: Path) -> None:
    inserts = 0

    def execute(go: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        """What the unique column says to whoever looked too early; the row is there when they look again."""
        nonlocal inserts
        if sql.startswith('INSERT INTO "accounts_user"'):
            inserts += 1
            if inserts == 1:
                raise IntegrityError
        elif inserts == 1 and 'FROM "accounts_user"' in sql:
            inserts += 1
            User(email="shopper1@example.com").save(force_insert=True)
        return go(sql, params, many, context)

    with connection.execute_wrapper(execute), pytest.raises(CommandError) as caught:
        run(path)
    assert caught.value.returncode == 2
    assert User.objects.count() == PEOPLE
    assert '"taken_here"' in Path(f"{path}.report.jsonl").read_text("utf-8")


@pytest.mark.django_db
def test_a_batch_that_is_never_left_alone_ends_the_import(path: Path) -> None:
    def execute(go: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        if sql.startswith('INSERT INTO "accounts_user"'):
            raise IntegrityError
        return go(sql, params, many, context)

    told = pytest.raises(CommandError, match="The batch from line 1 was contested 3 times")
    with connection.execute_wrapper(execute), told as caught:
        run(path)
    assert (caught.value.returncode, User.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_a_lost_database_ends_the_import_with_whole_batches(path: Path) -> None:
    inserts = 0

    def execute(go: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        nonlocal inserts
        is_insert = sql.startswith('INSERT INTO "joining_importedaccount"')
        inserts += is_insert
        if is_insert and inserts == 2:
            raise OperationalError("the connection is gone")
        return go(sql, params, many, context)

    with connection.execute_wrapper(execute), pytest.raises(OperationalError):
        run(path)
    assert counts() == {BATCH}
    assert run(path) == "10 rows: 7 stored, 3 unchanged, 0 refused\n"
