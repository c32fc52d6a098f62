"""Clients are told that a session ended: which ones, when, with what token, and what their answers lead to."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from pydantic import SecretStr
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.accounts.signals import password_changed
from idp.audit.models import SecurityEvent
from idp.core import clock
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session, end_user_sessions
from idp.oidc.models import AccessToken, AuthorizationCode, Client, SessionClient
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tests.logout.receiver import BackChannel, decoded, deliver_due, listening
from idp.outbox.models import Message
from idp.tests.journey import Browser, Pkce
from idp.tests.life.people import forget_all_caches
from idp.tests.parties import SECOND_WEB, SPA, WEB, obtain_code, obtain_tokens

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def channel(clients: None) -> Iterator[BackChannel]:
    """The back channel of `third-web`."""
    with listening() as made:
        listen("third-web", made)
        yield made


def listen(client_id: str, channel: BackChannel) -> None:
    Client.objects.filter(client_id=client_id).update(backchannel_logout_uri=channel.uri)


def claims_of(id_token: str) -> dict[str, object]:
    return dict(decoded(id_token).claims)


def sign_out(browser: Browser, id_token: str) -> None:
    """The client asks for it, with a hint of this session."""
    browser.open(f"/oauth2/logout?{urlencode({'id_token_hint': id_token})}")
    assert browser.address == "/oauth2/signed-out"


# --- What is said -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Back-Channel Logout", "2.4")
@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_sign_out_is_posted_as_a_logout_token_and_nothing_else(browser: Browser, channel: BackChannel, algorithm: str) -> None:
    Client.objects.filter(client_id="third-web").update(id_token_signed_response_alg=algorithm)
    tokens = obtain_tokens(browser, WEB)
    sign_out(browser, tokens["id_token"])
    # The person is signed out already; the client hears it from the worker.
    assert channel.heard == []
    (message,) = deliver_due()
    assert message.delivered_at is not None

    ((path, content_type, form),) = channel.heard
    assert (path, content_type, list(form)) == ("/backchannel_logout", "application/x-www-form-urlencoded", ["logout_token"])
    token: jwt.Token = decoded(channel.tokens[0])
    assert token.header["typ"] == "logout+jwt"
    assert token.header["alg"] == algorithm
    signed_in_as, said = claims_of(tokens["id_token"]), dict(token.claims)
    assert said.pop("jti") == str(message.id)
    assert clock.epoch(clock.now()) - 60 <= said["iat"] <= clock.epoch(clock.now())
    assert said.pop("exp") - said.pop("iat") == 120
    assert said == {
        "iss": "http://localhost:8000",
        "aud": "third-web",
        "sub": signed_in_as["sub"],
        "sid": signed_in_as["sid"],
        "events": {EVENT: {}},
    }


# --- Who is told --------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_every_client_of_this_session_is_told_once_and_nobody_else(browser: Browser, shopper: User, channel: BackChannel) -> None:
    for _ in range(2):
        hint = obtain_tokens(browser, WEB)["id_token"]
    obtain_tokens(browser, SECOND_WEB)
    obtain_tokens(browser, SPA)
    with listening() as second, listening() as elsewhere:
        listen("second-web", second)
        listen("other-spa", elsewhere)
        obtain_tokens(browser, SECOND_WEB)
        # The same person in another browser: another session, which goes on.
        obtain_tokens(signed_in(shopper), WEB)
        sign_out(browser, hint)
        deliver_due()
        assert [said["aud"] for said in channel.claims + second.claims] == ["third-web", "second-web"]
        assert elsewhere.heard == []
    assert Message.objects.filter(kind="oidc.logout_notice").count() == 2


@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
@pytest.mark.parametrize("act", ["revoked", "disabled", "password changed", "another person", "everywhere"])
def test_every_act_that_ends_a_session_is_told(
    browser: Browser, shopper: User, channel: BackChannel, make_user: Callable[..., User], act: str
) -> None:
    sid = claims_of(obtain_tokens(browser, WEB)["id_token"])["sid"]
    if act == "revoked":
        end_session(sid=SsoSession.objects.get().id, reason="revoked")
    elif act == "disabled":
        set_active(user_id=shopper.pk, active=False)
    elif act == "password changed":
        password_changed.send(sender=User, user_id=shopper.pk)
    elif act == "another person":
        make_user(email="bola@example.com", password=SecretStr("correct horse battery staple"))
        page = browser.open(SPA.authorize_url(Pkce(), prompt="login"))
        browser.sign_in(page, username="bola@example.com")
    else:
        end_user_sessions(user_id=shopper.pk, reason="logout")
    deliver_due()
    assert [said["sid"] for said in channel.claims] == [sid]


def test_a_session_that_ran_out_of_time_is_no_news(
    browser: Browser, channel: BackChannel, time_machine: TimeMachineFixture
) -> None:
    obtain_tokens(browser, WEB)
    time_machine.move_to(clock.now() + timedelta(days=31))
    browser.open(SPA.authorize_url(Pkce(), prompt="none"))
    assert deliver_due() == []


def test_a_client_is_told_long_after_its_tokens_were_tidied_up(browser: Browser, channel: BackChannel) -> None:
    hint = obtain_tokens(browser, WEB)["id_token"]
    AccessToken.objects.all().delete()
    AuthorizationCode.objects.all().delete()
    sign_out(browser, hint)
    deliver_due()
    assert len(channel.heard) == 1


def test_a_client_that_never_got_an_id_token_is_not_told(browser: Browser, channel: BackChannel) -> None:
    obtain_code(browser, WEB, Pkce())
    obtain_tokens(browser, WEB, scope="orders")
    assert not SessionClient.objects.exists()
    end_session(sid=SsoSession.objects.get().id, reason="revoked")
    assert deliver_due() == []


def test_a_client_that_was_switched_off_or_gave_up_its_address_is_not_told(browser: Browser, channel: BackChannel) -> None:
    obtain_tokens(browser, WEB)
    Client.objects.filter(client_id="third-web").update(enabled=False)
    end_session(sid=SsoSession.objects.get().id, reason="revoked")
    assert not Message.objects.exists()

    # And not when that happened while the message waited.
    Client.objects.filter(client_id="third-web").update(enabled=True)
    SsoSession.objects.update(ended_at=None, end_reason="")
    end_session(sid=SsoSession.objects.get().id, reason="revoked")
    Client.objects.filter(client_id="third-web").update(backchannel_logout_uri="")
    (message,) = deliver_due()
    assert message.delivered_at is not None
    assert channel.heard == []


# --- What its answer leads to -------------------------------------------------------------------------------------------
def told_once(browser: Browser) -> Message:
    """The message after one attempt."""
    sign_out(browser, obtain_tokens(browser, WEB)["id_token"])
    (message,) = deliver_due()
    return message


@pytest.mark.spec("OIDC Back-Channel Logout", "2.8")
@pytest.mark.parametrize("status", [200, 204])
def test_taken(browser: Browser, channel: BackChannel, status: int) -> None:
    channel.statuses = [status]
    assert told_once(browser).delivered_at is not None


@pytest.mark.spec("OIDC Back-Channel Logout", "2.8")
def test_refused_for_good_is_given_up_and_in_the_trail(browser: Browser, shopper: User, channel: BackChannel) -> None:
    channel.statuses = [400]
    message = told_once(browser)
    assert message.dead_at is not None
    event = SecurityEvent.objects.get(event="logout_notice_failed")
    assert (event.client_id, event.detail) == ("third-web", {"reason": "the client refused it (400)"})
    assert event.sid == SsoSession.objects.get().id
    assert event.pseudonym == SecurityEvent.objects.filter(event="login_succeeded").latest("at").pseudonym


@pytest.mark.parametrize("status", [302, 401, 404, 500, 503])
def test_a_client_that_is_down_is_told_later_by_a_fresh_token_of_the_same_id(
    browser: Browser, channel: BackChannel, time_machine: TimeMachineFixture, status: int
) -> None:
    channel.statuses = [status]
    waiting = told_once(browser)
    assert (waiting.delivered_at, waiting.dead_at) == (None, None)
    assert str(status) in waiting.last_error
    # Long enough for the first token to be worthless.
    time_machine.move_to(clock.now() + timedelta(seconds=600))
    (message,) = deliver_due()
    assert message.delivered_at is not None
    first, second = channel.claims
    assert first["jti"] == second["jti"]
    assert second["iat"] >= first["exp"]


def test_a_notice_outlives_every_cache(browser: Browser, channel: BackChannel) -> None:
    sign_out(browser, obtain_tokens(browser, WEB)["id_token"])
    forget_all_caches()
    (message,) = deliver_due()
    assert message.delivered_at is not None
    assert len(channel.heard) == 1


def test_a_client_that_does_not_answer_is_told_later(browser: Browser, clients: None) -> None:
    with listening() as channel:
        listen("third-web", channel)
        obtain_tokens(browser, WEB)
    # Nobody listens there any more.
    end_session(sid=SsoSession.objects.get().id, reason="revoked")
    (message,) = deliver_due()
    assert (message.delivered_at, message.dead_at) == (None, None)
    assert "ConnectionRefused" in message.last_error


@pytest.mark.parametrize("uri", ["https://10.0.0.1/logout", "https://169.254.169.254/latest", "https://[::1]:1/logout"])
def test_an_address_inside_our_own_network_is_never_called(browser: Browser, clients: None, settings: Settings, uri: str) -> None:
    settings.IDP_MODE = "production"
    Client.objects.filter(client_id="third-web").update(backchannel_logout_uri=uri)
    message = told_once(browser)
    assert message.dead_at is not None
    assert message.last_error.startswith("address not allowed")
    assert SecurityEvent.objects.filter(event="logout_notice_failed", client_id="third-web").exists()
