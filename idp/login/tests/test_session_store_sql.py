"""Keys that we cannot have made are never looked up, by either engine."""

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from pytest_django import DjangoAssertNumQueries

from idp.login import session_store, session_store_sql

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
