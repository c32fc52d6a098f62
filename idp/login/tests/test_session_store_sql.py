"""What either engine does with a key: one we cannot have made is never looked up, and none is ever written down."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from pytest_django import DjangoAssertNumQueries

from idp.core import clock
from idp.login import session_store, session_store_sql
from idp.login.session_store_sql import stored_name

pytestmark = pytest.mark.django_db

ENGINES = [session_store.SessionStore, session_store_sql.SessionStore]
GOOD = "abcdefghijklmnopqrstuvwxyz012345"


@pytest.mark.spec("OWASP ASVS 5.0", "3.3.1")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "key", [None, "", "short", "\x00" * 32, GOOD.upper(), GOOD + "\n", GOOD + "6", GOOD[:-1], GOOD[:-1] + "\x00", "ä" * 32]
)
def test_a_key_not_of_our_making_is_no_key(
    engine: type[DjangoStore], key: str | None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        session = engine(key)
        assert session.session_key is None
        assert session.get("sid") is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_of_our_making_is_looked_up_and_adopted_only_if_known(
    engine: type[DjangoStore], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    unknown = engine(GOOD)
    with django_assert_num_queries(1):
        assert unknown.get("sid") is None
    assert unknown.session_key is None

    made = engine()
    made["sid"] = "x"
    made.save()
    assert engine(made.session_key).get("sid") == "x"


def _kept(engine: type[DjangoStore]) -> str:
    """The key of a new session that says "x"."""
    made = engine()
    made["sid"] = "x"
    made.save()
    return str(made.session_key)


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.3")
@pytest.mark.parametrize("engine", ENGINES)
def test_keys_are_new_and_too_many_to_guess(engine: type[DjangoStore]) -> None:
    keys = {_kept(engine) for _ in range(20)}
    assert len(keys) == 20
    # 32 characters of 36 are 165 bits; all 36 turn up among 640.
    assert {len(key) for key in keys} == {32}
    assert len(set("".join(keys))) > 30


@pytest.mark.parametrize("engine", ENGINES)
def test_the_name_in_the_store_is_not_the_key_and_opens_nothing(engine: type[DjangoStore]) -> None:
    key = _kept(engine)
    row = Session.objects.get()
    assert row.session_key == stored_name(key)
    assert key not in f"{row.session_key} {row.session_data}"
    assert engine(row.session_key).get("sid") is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_row_of_an_older_release_named_by_its_key_is_nobodys(engine: type[DjangoStore]) -> None:
    row = Session.objects.get(session_key=stored_name(_kept(engine)))
    Session.objects.create(session_key=GOOD, session_data=row.session_data, expire_date=row.expire_date)
    assert engine(GOOD).get("sid") is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_changed_session_stays_one_row(engine: type[DjangoStore]) -> None:
    key = _kept(engine)
    again = engine(key)
    again["sid"] = "y"
    again.save()
    assert engine(key).get("sid") == "y"
    assert Session.objects.count() == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_new_key_takes_the_session_along_and_the_old_one_is_gone(engine: type[DjangoStore]) -> None:
    key = _kept(engine)
    session = engine(key)
    session.cycle_key()
    session.save()
    assert session.session_key != key
    assert engine(session.session_key).get("sid") == "x"
    assert engine(key).get("sid") is None
    assert (session.exists(str(session.session_key)), session.exists(key)) == (True, False)


@pytest.mark.parametrize("engine", ENGINES)
def test_flushed_deleted_and_outlived_sessions_are_gone(engine: type[DjangoStore]) -> None:
    flushed, deleted, outlived, kept = (_kept(engine) for _ in range(4))
    engine(flushed).flush()
    engine().delete(deleted)
    Session.objects.filter(session_key=stored_name(outlived)).update(expire_date=clock.now() - timedelta(seconds=1))
    caches["sessions"].clear()
    assert [engine(key).get("sid") for key in (flushed, deleted, outlived, kept)] == [None, None, None, "x"]
    assert Session.objects.count() == 2
    engine.clear_expired()
    assert [row.session_key for row in Session.objects.all()] == [stored_name(kept)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_without_a_session_deletes_nothing(engine: type[DjangoStore]) -> None:
    key = _kept(engine)
    engine().delete()
    assert engine(key).get("sid") == "x"
