"""Who is signed in: read from SQL each time, by one SELECT, and only while the session counts."""

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from pytest_django import DjangoAssertNumQueries

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.accounts.signals import password_changed
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.core.clock import now, seconds
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.tests.browser import Browser
from idp.login.types import EndReason

pytestmark = pytest.mark.django_db

HOUR, DAY = 3600, 24 * 3600


# --- What it costs ------------------------------------------------------------------------------------------------------


def test_a_page_that_relies_on_nobody_asks_nothing(signed_in: Browser, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert signed_in.get("/").content == b"hello"


def test_a_visitor_without_a_cookie_costs_no_query(browser: Browser, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert browser.whoami()["user"] is None


def test_a_signed_in_request_costs_the_cookie_and_one_select_with_the_user(
    sql_sessions: None, signed_in: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2) as captured:
        assert signed_in.whoami()["user"] is not None
    assert "django_session" in captured[0]["sql"]
    assert "login_ssosession" in captured[1]["sql"]
    assert "accounts_user" in captured[1]["sql"]


def test_the_idle_end_moves_at_most_once_a_minute(
    sql_sessions: None, later: Callable[[float], None], signed_in: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    later(59)
    with django_assert_num_queries(2):
        signed_in.whoami()
    later(2)
    before = SsoSession.objects.get().last_seen_at
    with django_assert_num_queries(3):
        signed_in.whoami()
    assert SsoSession.objects.get().last_seen_at > before
    with django_assert_num_queries(2):
        signed_in.whoami()


# --- Expired: out of time, silently -------------------------------------------------------------------------------------


@pytest.mark.spec("OWASP ASVS 5.0", "7.3.1")
def test_an_idle_session_expires_after_twelve_hours_without_news(
    signed_in: Browser, later: Callable[[float], None], ended: list[dict[str, object]]
) -> None:
    later(12 * HOUR - 5)
    assert signed_in.whoami()["user"] is not None
    later(12 * HOUR - 5)
    assert signed_in.whoami()["user"] is not None
    later(12 * HOUR + 5)
    assert signed_in.whoami() == {"user": None, "sid": None}
    assert SsoSession.objects.get().ended_at is None
    assert ended == []
    assert not SecurityEvent.objects.filter(event="session_ended").exists()


@pytest.mark.spec("OWASP ASVS 5.0", "7.3.2")
def test_a_busy_session_expires_after_thirty_days(signed_in: Browser, later: Callable[[float], None]) -> None:
    for _half_day in range(60):
        assert signed_in.whoami()["user"] is not None
        later(DAY / 2 - 2)
    later(120)
    assert signed_in.whoami()["user"] is None


def test_the_row_decides_the_absolute_end_whatever_the_cookie_says(signed_in: Browser, later: Callable[[float], None]) -> None:
    SsoSession.objects.update(expires_at=now() + seconds(HOUR))
    assert signed_in.whoami()["user"] is not None
    later(HOUR + 1)
    assert signed_in.whoami()["user"] is None


def test_a_new_proof_starts_both_clocks_anew_and_keeps_the_sid(signed_in: Browser, later: Callable[[float], None]) -> None:
    before = SsoSession.objects.get()
    later(11 * HOUR)
    signed_in.sign_in("ada@example.com", PASSWORD, fresh=True, uid="x" * 32)
    after = SsoSession.objects.get()
    assert after.pk == before.pk
    assert after.auth_time > before.auth_time
    assert after.expires_at > before.expires_at
    assert after.login_uid == "x" * 32
    assert after.created_at == before.created_at


def test_after_an_expiry_the_same_person_gets_another_sid(
    signed_in: Browser, later: Callable[[float], None], ended: list[dict[str, object]]
) -> None:
    later(13 * HOUR)
    signed_in.sign_in("ada@example.com", PASSWORD)
    assert SsoSession.objects.count() == 2
    assert ended == []


# --- Ended: by an act ---------------------------------------------------------------------------------------------------


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.1")
def test_an_ended_session_counts_for_nothing_at_once(signed_in: Browser) -> None:
    assert end_session(sid=SsoSession.objects.get().pk, reason=EndReason.REVOKED)
    assert signed_in.whoami() == {"user": None, "sid": None}


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
def test_disabling_an_account_ends_its_sessions_for_good(signed_in: Browser, ada: User) -> None:
    set_active(user_id=ada.pk, active=False)
    assert signed_in.whoami()["user"] is None
    set_active(user_id=ada.pk, active=True)
    assert signed_in.whoami()["user"] is None
    assert SsoSession.objects.get().end_reason == "account_disabled"


def test_an_account_disabled_behind_our_back_is_nobody(signed_in: Browser, ada: User) -> None:
    get_user_model().objects.filter(pk=ada.pk).update(is_active=False)
    assert signed_in.whoami() == {"user": None, "sid": None}


@pytest.mark.parametrize("gone", ["session", "person"])
def test_a_row_deleted_behind_our_back_is_nobody(signed_in: Browser, ada: User, gone: str) -> None:
    """The browser's cookie, and what is cached of it, outlive the row and count for nothing."""
    if gone == "person":
        get_user_model().objects.filter(pk=ada.pk).delete()
    SsoSession.objects.all().delete()
    assert signed_in.whoami() == {"user": None, "sid": None}


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_a_changed_password_ends_every_session_of_the_person_and_of_nobody_else(
    signed_in: Browser, ada: User, bola: User
) -> None:
    phone, other = Browser(), Browser()
    phone.sign_in("ada@example.com", PASSWORD)
    other.sign_in("bola@example.com", PASSWORD)
    password_changed.send(sender=User, user_id=ada.pk)
    assert signed_in.whoami()["user"] is None
    assert phone.whoami()["user"] is None
    assert other.whoami()["user"] == str(bola.pk)


# --- An existing session and a new sign-in ------------------------------------------------------------------------------


def test_a_page_left_open_while_another_tab_signed_in_goes_on(browser: Browser, ada: User) -> None:
    left_open = browser.begin(return_to="/whoami?tab=2")
    browser.sign_in("ada@example.com", PASSWORD)
    answer = browser.get(left_open)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami?tab=2")


def test_a_fresh_sign_in_ignores_the_session_there_is(signed_in: Browser) -> None:
    assert signed_in.get(signed_in.begin(fresh=True)).status_code == 200


def test_another_person_ends_the_session_of_the_first(
    signed_in: Browser, ada: User, bola: User, ended: list[dict[str, object]]
) -> None:
    first = SsoSession.objects.get()
    signed_in.sign_in("bola@example.com", PASSWORD, fresh=True)
    assert signed_in.whoami()["user"] == str(bola.pk)
    first.refresh_from_db()
    assert first.end_reason == "other_user"
    assert ended == [{"sids": (first.pk,), "user_id": ada.pk, "reason": "other_user"}]


def test_request_user_is_the_person_or_nobody(browser: Browser, make_user: Callable[..., User]) -> None:
    person = make_user(phone_number="+2348012345678", phone_number_verified=True)
    assert browser.whoami()["user"] is None
    browser.sign_in("0801 234 5678", PASSWORD)
    assert browser.whoami()["user"] == str(person.pk)
