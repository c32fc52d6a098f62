"""An act that ends something runs into one that begins it, in two transactions at once: ended wins (invariant I3).

On PostgreSQL the two really overlap; SQLite lets one writer in after the other, and the outcome must be the same. The waits are
bounded and nothing depends on their length.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.models import AccessToken
from idp.tests.journey import PASSWORD, Browser, Pkce, answer_of
from idp.tests.parties import SPA, json_of

pytestmark = pytest.mark.django_db(transaction=True)

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


@pytest.mark.spec("ASVS", "7.4.2")
def test_a_code_issued_while_a_sign_out_is_under_way_redeems_nothing(browser: Browser) -> None:
    pkce = Pkce()
    path = browser.http.get(SPA.authorize_url(pkce))["Location"]
    sid = SsoSession.objects.get().pk

    def issue_and_redeem(may_commit: threading.Event) -> dict[str, Any]:
        answer = browser.http.get(path)
        may_commit.set()
        code = answer_of(answer["Location"]).get("code") if answer.status_code == 303 else None
        return json_of(SPA.exchange(code, pkce)) if code else {"error": "invalid_grant"}

    answer = overlapping(lambda: end_session(sid=sid, reason="logout"), issue_and_redeem)
    assert answer.get("error") == "invalid_grant"
    assert not AccessToken.objects.filter(revoked_at=None).exists()


@pytest.mark.spec("ASVS", "7.4.2")
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
