"""What was ended stays ended: person, session or client gone, every token and unspent code of theirs is dead at once."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django.fixtures import Settings

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.models import AccessToken, AuthorizationCode, Client
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Browser, Pkce, answer_of, page_of
from idp.tests.parties import BACKEND, SPA, WEB, introspect, json_of, obtain_code, obtain_tokens, userinfo


def _disable_the_person(user: User) -> None:
    set_active(user_id=user.pk, active=False)


def _disable_the_row(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _end_the_session(_user: User) -> None:
    end_session(sid=SsoSession.objects.get(ended_at=None).pk, reason="revoked")


def _disable_the_client(_user: User) -> None:
    Client.objects.filter(client_id="third-web").update(enabled=False)


ENDS: list[Callable[[User], None]] = [_disable_the_person, _disable_the_row, _end_the_session, _disable_the_client]


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__.strip("_"))
def test_tokens_and_unspent_codes_are_dead_at_once(browser: Browser, shopper: User, end: Callable[[User], None]) -> None:
    token = obtain_tokens(browser, WEB)["access_token"]
    pkce = Pkce()
    code = obtain_code(browser, WEB, pkce)
    assert introspect(BACKEND, token)["active"] is True

    end(shopper)

    assert introspect(BACKEND, token) == {"active": False}
    assert userinfo(token).status_code == 401
    answer = WEB.exchange(code, pkce)
    assert json_of(answer)["error"] in {"invalid_grant", "invalid_client"}
    assert not SecurityEvent.objects.filter(event=Event.CODE_REPLAYED).exists()
    silent = browser.open(WEB.authorize_url(Pkce(), prompt="none"))
    assert silent.status_code == 400 or answer_of(silent["Location"])["error"] == "login_required"


def test_ending_one_session_leaves_the_persons_other_one_alone(browser: Browser, shopper: User) -> None:
    other = signed_in(shopper)
    token = obtain_tokens(other, SPA)["access_token"]
    pkce = Pkce()
    code = obtain_code(other, SPA, pkce)
    first = SsoSession.objects.order_by("created_at")[0]
    end_session(sid=first.pk, reason="revoked")
    assert introspect(BACKEND, token)["active"] is True
    assert SPA.exchange(code, pkce).status_code == 200


def test_a_person_enabled_again_signs_in_anew_and_old_tokens_stay_dead(browser: Browser, shopper: User) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    set_active(user_id=shopper.pk, active=False)
    set_active(user_id=shopper.pk, active=True)
    assert introspect(BACKEND, token) == {"active": False}
    page = browser.open(SPA.authorize_url(Pkce()))
    assert "id_username" in page_of(page).texts
    assert "code" in answer_of(browser.sign_in(page, username="ada@example.com")["Location"])


def test_a_disabled_person_cannot_sign_in_and_reads_what_a_wrong_password_reads(stranger: Browser, shopper: User) -> None:
    def refusal(username: str, password: str) -> tuple[int, str]:
        browser = Browser()
        page = browser.open(SPA.authorize_url(Pkce()))
        answer = browser.sign_in(page, username=username, password=password)
        return answer.status_code, page_of(answer).texts["form-alert"]

    wrong = refusal("ada@example.com", "wrong")
    set_active(user_id=shopper.pk, active=False)
    assert refusal("ada@example.com", "correct horse battery staple") == wrong
    assert refusal("nobody@example.com", "wrong") == wrong
    assert not AuthorizationCode.objects.exists()


def test_a_client_token_dies_with_its_client(clients: None) -> None:
    token = json_of(BACKEND.post("/oauth2/token", {"grant_type": "client_credentials"}))["access_token"]
    assert introspect(BACKEND, token)["active"] is True
    Client.objects.filter(client_id="fashionistar-backend").update(enabled=False)
    assert BACKEND.post("/oauth2/introspect", {"token": token}).status_code == 401


def test_an_access_token_expires_to_the_second(clients: None, shopper: User) -> None:
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        token = obtain_tokens(signed_in(shopper), SPA)["access_token"]
        clock.shift(599)
        assert introspect(BACKEND, token)["active"] is True
        assert userinfo(token).status_code == 200
        clock.shift(1)
        assert introspect(BACKEND, token) == {"active": False}
        assert userinfo(token).status_code == 401


def test_a_session_that_merely_ran_out_kills_no_token(clients: None, shopper: User, settings: Settings) -> None:
    settings.IDP_SESSION_IDLE_SECONDS = 60
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        browser = signed_in(shopper)
        token = obtain_tokens(browser, SPA)["access_token"]
        clock.shift(61)
        assert introspect(BACKEND, token)["active"] is True
        assert answer_of(browser.open(SPA.authorize_url(Pkce(), prompt="none"))["Location"])["error"] == "login_required"


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
@pytest.mark.parametrize("way", [SPA.kept_request, SPA.authorize_url])
def test_a_sign_out_between_the_look_and_the_code_leaves_a_code_that_redeems_nothing(
    browser: Browser, way: Callable[[Pkce], str]
) -> None:
    pkce = Pkce()
    path = way(pkce)
    sid = SsoSession.objects.get().pk

    def sign_out_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        if sql.startswith('INSERT INTO "oidc_authorizationcode"'):
            end_session(sid=sid, reason="logout")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(sign_out_first):
        code = answer_of(browser.http.get(path)["Location"])["code"]
    answer = SPA.exchange(code, pkce)
    assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_grant")
    assert not AccessToken.objects.filter(revoked_at=None).exists()
    assert not SecurityEvent.objects.filter(event=Event.CODE_REPLAYED).exists()
