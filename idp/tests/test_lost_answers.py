"""The provider has done its work and answered, and the answer is lost on the way: what a client that tries again meets.

A line cut in front of a running server, so the lost answer is a real one: committed, sent, never received.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer
from time_machine import TimeMachineFixture

from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.oidc.models import AccessToken, RefreshToken
from idp.tests.fault_proxy import FaultProxy, Line
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import BACKEND, MOBILE, introspect, obtain_code, obtain_tokens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.spec("RFC 9700", "4.14.2")]

SCOPE = "openid email orders offline_access"
WINDOW = 60
# Lets seconds pass.
Later = Callable[[float], None]


@pytest.fixture
def line(live_server: LiveServer) -> Iterator[FaultProxy]:
    """The way to the running provider."""
    with FaultProxy(live_server.thread.host, live_server.thread.port) as made:
        yield made


@pytest.fixture
def later(time_machine: TimeMachineFixture) -> Later:
    time_machine.move_to(dt.datetime.now(tz=dt.UTC), tick=False)
    return time_machine.shift


def ask(line: FaultProxy, **form: str) -> httpx.Response:
    """One token request of the mobile app over the line."""
    form = {"client_id": MOBILE.client_id, **form}
    return httpx.post(f"http://127.0.0.1:{line.port}/oauth2/token", data=form, timeout=30, trust_env=False)


def lose(line: FaultProxy, **form: str) -> None:
    """The same, and nobody hears the answer."""
    line.turn(Line.LOSES_ANSWERS)
    with pytest.raises(httpx.TransportError):
        ask(line, **form)
    assert line.messages >= 1
    line.turn(Line.WORKS)


def refresh(token: str) -> dict[str, str]:
    """The form of a refresh."""
    return {"grant_type": "refresh_token", "refresh_token": token}


@pytest.mark.parametrize("seconds", [1, WINDOW - 1])
def test_a_refresh_whose_answer_was_lost_can_be_repeated(line: FaultProxy, browser: Browser, later: Later, seconds: int) -> None:
    token = obtain_tokens(browser, MOBILE, scope=SCOPE)["refresh_token"]
    lose(line, **refresh(token))
    assert RefreshToken.objects.filter(rotated_at=None, revoked=None).count() == 1
    later(seconds)
    answers = [ask(line, **refresh(token)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    (successor,) = {answer.json()["refresh_token"] for answer in answers}
    assert successor != token
    assert ask(line, **refresh(successor)).status_code == 200


def test_too_late_the_family_is_gone_and_the_person_signs_in_again(line: FaultProxy, browser: Browser, later: Later) -> None:
    first = obtain_tokens(browser, MOBILE, scope=SCOPE)
    lose(line, **refresh(first["refresh_token"]))
    later(WINDOW + 1)
    refused = ask(line, **refresh(first["refresh_token"]))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert "sign in again" in refused.json()["error_description"]
    assert introspect(BACKEND, first["access_token"]) == {"active": False}
    assert not RefreshToken.objects.filter(revoked=None).exists()
    assert not AccessToken.objects.filter(token_family__isnull=False, revoked_at=None, scope=SCOPE).exists()
    assert SecurityEvent.objects.filter(event=Event.REFRESH_REPLAYED).count() == 1
    # The session stands, so signing in again asks for nothing.
    again = obtain_tokens(browser, MOBILE, scope=SCOPE)
    assert ask(line, **refresh(again["refresh_token"])).status_code == 200


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_code_whose_answer_was_lost_is_spent_and_a_new_one_is_to_be_had(line: FaultProxy, browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, MOBILE, pkce, scope=SCOPE)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": MOBILE.redirect_uri,
        "code_verifier": pkce.verifier,
    }
    lose(line, **form)
    assert RefreshToken.objects.filter(revoked=None).count() == 1
    refused = ask(line, **form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert "again" in refused.json()["error_description"]
    # Nobody knows who heard the first answer, so what it gave is dead.
    assert not RefreshToken.objects.filter(revoked=None).exists()
    assert introspect(BACKEND, obtain_tokens(browser, MOBILE, scope=SCOPE)["access_token"])["active"]
