"""Fifty tabs refresh one token at the same moment, and a revocation runs into a rotation: ended wins."""

from typing import Any

import pytest

from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.models import AccessToken, Client, RefreshToken
from idp.oidc.tests.tokens.test_parallel_redemption import at_once
from idp.oidc.tokens.format import checksum
from idp.tests.journey import Browser
from idp.tests.parties import MOBILE, json_of, obtain_tokens

PARALLEL = 50
SCOPE = "openid email orders offline_access"
pytestmark = pytest.mark.django_db(transaction=True)


def use(token: str) -> Any:  # noqa: ANN401 - the test client's answer
    return MOBILE.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token})


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_all_of_fifty_parallel_refreshes_get_the_same_live_successor(browser: Browser) -> None:
    token = obtain_tokens(browser, MOBILE, scope=SCOPE)["refresh_token"]
    answers = at_once(lambda: use(token), PARALLEL)
    assert {answer.status_code for answer in answers} == {200}
    (successor,) = {json_of(answer)["refresh_token"] for answer in answers}
    # Nobody is answered with an empty token, and each access token is one of its own.
    issued = {checksum(json_of(answer)["access_token"]) for answer in answers}
    assert AccessToken.objects.filter(token_checksum__in=issued).count() == PARALLEL
    assert RefreshToken.objects.filter(rotated_at=None, revoked=None).count() == 1
    assert use(successor).status_code == 200


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_without_a_window_at_most_one_of_fifty_is_served(browser: Browser) -> None:
    Client.objects.filter(client_id="fashionistar-mobile").update(refresh_token_grace_seconds=0)
    token = obtain_tokens(browser, MOBILE, scope=SCOPE)["refresh_token"]
    answers = at_once(lambda: use(token), PARALLEL)
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {json_of(answer)["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    # The others were reuse: nothing of the family lives.
    assert not RefreshToken.objects.filter(revoked=None).exists()
    assert not AccessToken.objects.filter(revoked_at=None).exists()


def test_what_a_parallel_refresh_issues_dies_with_the_session(browser: Browser) -> None:
    token = obtain_tokens(browser, MOBILE, scope=SCOPE)["refresh_token"]
    sid = SsoSession.objects.get().pk
    turns = iter(["sign out", *["refresh"] * 8])

    def take_turn() -> Any:  # noqa: ANN401 - an answer, or whether the session ended
        return end_session(sid=sid, reason="logout") if next(turns) == "sign out" else use(token)

    at_once(take_turn, 9)
    assert not RefreshToken.objects.filter(revoked=None).exists()
    assert not AccessToken.objects.filter(revoked_at=None).exists()
