"""Sessions behind a cache that may be down, or full of somebody else's entries; also on a real Redis when REDIS_URL is set."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from pytest_django import DjangoAssertNumQueries, Settings

from idp.accounts.models import User
from idp.conftest import PASSWORD
from idp.login.services.end_session import end_session
from idp.login.session_store_sql import stored_name
from idp.login.tests.browser import Browser
from idp.login.tests.caches import NOBODY_LISTENS, entry_of, redis_at, sid_of, sign_ada_in
from idp.login.types import EndReason

pytestmark = pytest.mark.django_db


# --- When it works ------------------------------------------------------------------------------------------------------


def test_the_cache_saves_the_query_for_the_cookie_and_only_that(
    store: None, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_ada_in()
    with django_assert_num_queries(1) as captured:
        assert browser.whoami()["user"] == str(ada.pk)
    assert "login_ssosession" in captured[0]["sql"]


def test_losing_the_cache_loses_nobody(store: None, ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = sign_ada_in()
    caches["sessions"].delete(entry_of(browser))
    with django_assert_num_queries(2):
        assert browser.whoami()["user"] == str(ada.pk)
    with django_assert_num_queries(1):
        assert browser.whoami()["user"] == str(ada.pk)


def test_neither_copy_is_named_by_the_key(store: None, ada: User) -> None:
    browser = sign_ada_in()
    key, entry = browser.cookies["idp_session"].value, entry_of(browser)
    assert caches["sessions"].get(entry) is not None
    assert caches["sessions"].get(f"sso:{key}") is None
    assert key not in entry
    assert not Session.objects.filter(session_key=key).exists()


def test_signing_out_removes_both_copies(store: None, ada: User) -> None:
    browser = sign_ada_in()
    key, entry = browser.cookies["idp_session"].value, entry_of(browser)
    assert caches["sessions"].get(entry) is not None
    browser.get("/leave")
    assert caches["sessions"].get(entry) is None
    assert not Session.objects.filter(session_key=stored_name(key)).exists()


# --- When it does not ---------------------------------------------------------------------------------------------------


def test_without_redis_everything_works_from_sql(no_redis: None, ada: User) -> None:
    browser = sign_ada_in()
    assert browser.whoami()["user"] == str(ada.pk)
    assert browser.sign_in("ada@example.com", PASSWORD, fresh=True).status_code == 303
    assert browser.get("/leave").json()["user"] is None
    assert browser.whoami()["user"] is None


def test_after_a_failure_the_cache_is_left_alone_for_a_while(
    store: None, ada: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    working = settings.CACHES["sessions"]
    browser = sign_ada_in()
    settings.CACHES = {**settings.CACHES, "sessions": redis_at(NOBODY_LISTENS)}
    assert browser.whoami()["user"] == str(ada.pk)
    settings.CACHES = {**settings.CACHES, "sessions": working}
    with django_assert_num_queries(2):
        assert browser.whoami()["user"] == str(ada.pk)
    caches["limits_local"].clear()
    # Asked again, it remembers the session.
    with django_assert_num_queries(1):
        assert browser.whoami()["user"] == str(ada.pk)


def test_a_sign_out_while_redis_was_away_is_not_undone_when_it_comes_back(store: None, ada: User, settings: Settings) -> None:
    working = settings.CACHES["sessions"]
    browser = sign_ada_in()
    key = browser.cookies["idp_session"].value
    settings.CACHES = {**settings.CACHES, "sessions": redis_at(NOBODY_LISTENS)}
    browser.get("/leave")
    settings.CACHES = {**settings.CACHES, "sessions": working}
    browser.cookies["idp_session"] = key
    assert browser.whoami() == {"user": None, "sid": None}


# --- When somebody else writes to it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("planted", [{"sid": "SID"}, "SID", '{"sid": "SID"}', 7, ["SID"], "a:b:c"])
def test_an_entry_of_somebody_elses_making_signs_nobody_in(store: None, ada: User, planted: object) -> None:
    sid = str(sid_of(sign_ada_in()))
    thief = Browser()
    thief.cookies["idp_session"] = "abcdefghijklmnopqrstuvwxyz012345"
    forged = {"sid": sid} if isinstance(planted, dict) else str(planted).replace("SID", sid)
    caches["sessions"].set(entry_of(thief), forged if isinstance(planted, dict | str) else planted)
    assert thief.whoami() == {"user": None, "sid": None}


def test_an_entry_copied_to_another_key_signs_nobody_in(store: None, ada: User) -> None:
    victim, thief = sign_ada_in(), Browser()
    thief.cookies["idp_session"] = "abcdefghijklmnopqrstuvwxyz012345"
    caches["sessions"].set(entry_of(thief), caches["sessions"].get(entry_of(victim)))
    assert thief.whoami() == {"user": None, "sid": None}
    assert victim.whoami()["user"] == str(ada.pk)


def test_an_old_entry_put_back_revives_nobody(store: None, ada: User) -> None:
    browser = sign_ada_in()
    entry, kept = entry_of(browser), caches["sessions"].get(entry_of(browser))
    end_session(sid=sid_of(browser), reason=EndReason.REVOKED)
    caches["sessions"].set(entry, kept)
    assert browser.whoami() == {"user": None, "sid": None}
