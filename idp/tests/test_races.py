"""An act that ends something runs into one that begins it, in two transactions at once: ended wins.

On PostgreSQL the two really overlap; SQLite lets one writer in after the other, and the outcome must be the same. The waits are
bounded and nothing depends on their length.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.set_active import set_active
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session, end_user_sessions
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.models import AccessToken, AuthorizationCode, Client
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tokens.revoke import revoke_client
from idp.tests.journey import PASSWORD, Answer, Browser, Pkce, answer_of
from idp.tests.parties import SPA, WEB, json_of, obtain_code, obtain_tokens
from idp.user_admin.authority import Order
from idp.user_admin.errors import NotAdministrator
from idp.user_admin.services.standing import suspend
from idp.user_admin.tests.conftest import ordered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.unmeasured]

_SECONDS = 1.5


def overlapping(act: Callable[[], Any], other: Callable[[threading.Event], Any]) -> Any:  # noqa: ANN401 - what `other` returns
    """Run `act` in a transaction that stays open until `other`, started meanwhile, says so, or a moment has passed."""
    acted, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                act()
                acted.set()
                may_commit.wait(_SECONDS)
        finally:
            connections.close_all()

    def follow() -> Any:  # noqa: ANN401 - passed through
        try:
            acted.wait(20)
            return other(may_commit)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as pool:
        held, followed = pool.submit(hold), pool.submit(follow)
        held.result()
        return followed.result()


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
@pytest.mark.parametrize("way", [SPA.kept_request, SPA.authorize_url])
def test_a_code_issued_while_a_sign_out_is_under_way_redeems_nothing(browser: Browser, way: Callable[[Pkce], str]) -> None:
    pkce = Pkce()
    path = way(pkce)
    sid = SsoSession.objects.get().pk

    def issue_and_redeem(may_commit: threading.Event) -> dict[str, Any]:
        answer = browser.http.get(path)
        may_commit.set()
        code = answer_of(answer["Location"]).get("code") if answer.status_code == 303 else None
        return json_of(SPA.exchange(code, pkce)) if code else {"error": "invalid_grant"}

    answer = overlapping(lambda: end_session(sid=sid, reason="logout"), issue_and_redeem)
    assert answer.get("error") == "invalid_grant"
    assert not AccessToken.objects.filter(revoked_at=None).exists()


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
def test_nobody_signs_in_while_their_account_is_being_disabled(stranger: Browser, shopper: User) -> None:
    page = stranger.submit(stranger.open(SPA.authorize_url(Pkce())), username=str(shopper.email))

    def sign_in(may_commit: threading.Event) -> None:
        stranger.submit(page, password=PASSWORD)
        may_commit.set()

    overlapping(lambda: set_active(user_id=shopper.pk, active=False), sign_in)
    assert not SsoSession.objects.filter(ended_at=None).exists()
    set_active(user_id=shopper.pk, active=True)
    # Enabled again, they are still signed in nowhere.
    assert stranger.http.get(stranger.http.get(SPA.authorize_url(Pkce()))["Location"])["Location"].startswith("/login/")


def _withdrawing(shopper: User) -> Callable[[], bool]:
    client = Client.objects.get(client_id=WEB.client_id)
    return lambda: withdraw_consent(user_id=shopper.pk, client=client)


@pytest.mark.spec("OIDC Core", "3.1.2.4")
@pytest.mark.parametrize("way", [WEB.kept_request, WEB.authorize_url])
def test_no_code_is_written_on_a_consent_that_is_being_withdrawn(
    browser: Browser, shopper: User, way: Callable[[Pkce], str]
) -> None:
    obtain_code(browser, WEB, Pkce())
    path = way(Pkce())

    def issue(may_commit: threading.Event) -> Answer:
        answer = browser.http.get(path)
        may_commit.set()
        return answer

    answer = overlapping(_withdrawing(shopper), issue)
    # Back to the router, or to the question itself; no code either way, and none is left behind.
    assert (answer.status_code, answer["Location"].startswith("/interaction/")) == (303, True)
    assert not AuthorizationCode.objects.filter(exchanged_at=None, application__client_id=WEB.client_id).exists()


@pytest.mark.spec("RFC 7009", "2.1")
def test_two_revocations_of_the_same_tokens_in_opposite_order_both_end(browser: Browser, shopper: User) -> None:
    """One ends a person's sessions, by session; the other a client's tokens, by row. Neither waits for the other for ever."""
    first = obtain_tokens(browser, WEB)
    obtain_tokens(signed_in(shopper), WEB)
    assert "access_token" in first
    tokens, sids = AccessToken.objects.order_by("pk"), SsoSession.objects.order_by("-pk").values_list("pk", flat=True)
    # The session that is ended first holds the row that a client's revocation comes to last.
    for token, sid in zip(tokens, sids, strict=True):
        AccessToken.objects.filter(pk=token.pk).update(sid=sid)
    client = Client.objects.get(client_id=WEB.client_id)

    def revoke(_may_commit: threading.Event) -> int:
        return revoke_client(client.pk)

    def act() -> int:
        with connection.execute_wrapper(_slowly):
            return end_user_sessions(user_id=shopper.pk, reason="revoked")

    overlapping_from_the_start(act, revoke)
    assert not AccessToken.objects.filter(revoked_at=None).exists()


def _slowly(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
    """After each touch of access tokens, time for the other one to take its locks."""
    result = execute(sql, params, many, context)
    if sql.startswith("UPDATE") and "oidc_accesstoken" in sql:
        _touched.set()
        time.sleep(_SECONDS / 3)
    return result


_touched = threading.Event()


def overlapping_from_the_start(act: Callable[[], Any], other: Callable[[threading.Event], Any]) -> None:
    """Run `act`, and `other` from the moment that `act` has touched its first row."""

    def run(what: Callable[[], Any]) -> None:
        try:
            what()
        finally:
            connections.close_all()

    _touched.clear()
    with ThreadPoolExecutor(max_workers=2) as pool:
        acting = pool.submit(run, act)
        assert _touched.wait(20)
        following = pool.submit(run, lambda: other(_touched))
        acting.result(60)
        following.result(60)


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
def test_of_two_administrators_who_suspend_each_other_one_does(clients: None, make_user: Callable[..., User]) -> None:
    pair = [make_user(role=Role.SUPER_ADMIN) for _ in range(2)]
    for member in pair:
        signed_in(member)
    orders = [ordered(pair[0], pair[1]), ordered(pair[1], pair[0])]
    start = threading.Barrier(2)

    def act(order: Order) -> bool:
        try:
            start.wait(20)
            return suspend(order)
        except NotAdministrator:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sorted(pool.map(act, orders)) == [False, True]
    assert User.objects.filter(pk__in=[member.pk for member in pair], is_active=True).count() == 1
