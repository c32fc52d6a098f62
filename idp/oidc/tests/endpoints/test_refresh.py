"""The refresh grant over HTTP: chains that go on, repeats inside the window, and what ends a chain for good."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.jose.signing import verified_hint
from idp.oidc.models import AccessToken, Client, RefreshToken
from idp.tests.journey import Answer, Browser
from idp.tests.parties import (
    BACKEND,
    MOBILE,
    OTHER_SPA,
    WEB,
    Party,
    introspect,
    json_of,
    obtain_tokens,
    userinfo,
)

START = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
SCOPE = "openid email orders offline_access"
LIFETIME = 30 * 24 * 3600
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock_at_start() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def first(browser: Browser) -> dict[str, Any]:
    """The tokens of a fresh sign-in of the mobile app, a public client."""
    return obtain_tokens(browser, MOBILE, scope=SCOPE)


def refresh(party: Party, token: str, **form: str) -> Answer:
    return party.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token, **form})


def refreshed(party: Party, token: str, **form: str) -> dict[str, Any]:
    answer = refresh(party, token, **form)
    assert answer.status_code == 200, answer.content
    return json_of(answer)


def is_refused(answer: Answer, error: str = "invalid_grant") -> bool:
    return answer.status_code == 400 and json_of(answer)["error"] == error


def is_alive(token: str) -> bool:
    return bool(introspect(BACKEND, token)["active"])


def later(seconds: float) -> Any:  # noqa: ANN401 - time_machine's context manager
    return time_machine.travel(START + dt.timedelta(seconds=seconds), tick=False)


# --- Issuing ----------------------------------------------------------------------------------------------------------


@pytest.mark.spec("OIDC Core", "11")
def test_a_refresh_token_comes_with_offline_access_only(browser: Browser) -> None:
    assert "refresh_token" in obtain_tokens(browser, MOBILE, scope=SCOPE)
    assert "refresh_token" not in obtain_tokens(browser, MOBILE, scope="openid email orders")


@pytest.mark.spec("RFC 6749", "6")
@pytest.mark.spec("OIDC Core", "12.2")
def test_a_refresh_gives_new_tokens_of_the_same_sign_in(first: dict[str, Any]) -> None:
    with later(300):
        again = refreshed(MOBILE, first["refresh_token"])
        assert again["refresh_token"] != first["refresh_token"]
        assert again["scope"] == first["scope"]
        before, after = (verified_hint(answer["id_token"]) for answer in (first, again))
        assert {name: before[name] for name in ("iss", "sub", "aud", "auth_time", "sid", "acr", "amr")} == {
            name: after[name] for name in ("iss", "sub", "aud", "auth_time", "sid", "acr", "amr")
        }
        assert after["iat"] > before["iat"]
        assert "nonce" not in after
        assert is_alive(again["access_token"])
        assert userinfo(again["access_token"]).status_code == 200


def test_nothing_of_a_refresh_token_is_stored_in_clear(first: dict[str, Any]) -> None:
    refreshed(MOBILE, first["refresh_token"])
    stored = " ".join(str(value) for values in RefreshToken.objects.values_list() for value in values)
    assert first["refresh_token"] not in stored
    assert first["refresh_token"][15:40] not in stored


# --- Repeats ----------------------------------------------------------------------------------------------------------


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_a_repeat_inside_the_window_gets_the_same_successor(first: dict[str, Any]) -> None:
    successor = refreshed(MOBILE, first["refresh_token"])
    with later(59):
        repeat = refreshed(MOBILE, first["refresh_token"])
    assert repeat["refresh_token"] == successor["refresh_token"]
    assert repeat["access_token"] != successor["access_token"]
    assert RefreshToken.objects.filter(revoked=None, rotated_at=None).count() == 1
    assert "refresh_token" in refreshed(MOBILE, successor["refresh_token"])


def test_a_repeat_gets_the_same_successor_although_the_active_key_changed(first: dict[str, Any], settings: Settings) -> None:
    successor = refreshed(MOBILE, first["refresh_token"])
    settings.IDP_ENCRYPTION_KEYS = {"next": bytes(range(32)), **settings.IDP_ENCRYPTION_KEYS}
    assert refreshed(MOBILE, first["refresh_token"])["refresh_token"] == successor["refresh_token"]
    assert "refresh_token" in refreshed(MOBILE, successor["refresh_token"])


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_reuse_after_the_window_kills_the_family_and_is_recorded(first: dict[str, Any]) -> None:
    successor = refreshed(MOBILE, first["refresh_token"])
    with later(61):
        assert is_refused(refresh(MOBILE, first["refresh_token"]))
        assert is_refused(refresh(MOBILE, successor["refresh_token"]))
        assert not is_alive(successor["access_token"])
    assert SecurityEvent.objects.filter(event=Event.REFRESH_REPLAYED).count() == 1


def test_the_predecessor_of_a_used_token_is_refused_without_harm_inside_the_window(first: dict[str, Any]) -> None:
    second = refreshed(MOBILE, first["refresh_token"])
    third = refreshed(MOBILE, second["refresh_token"])
    assert is_refused(refresh(MOBILE, first["refresh_token"]))
    assert "refresh_token" in refreshed(MOBILE, third["refresh_token"])


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_an_older_token_kills_the_family_even_inside_its_window(first: dict[str, Any]) -> None:
    token = first["refresh_token"]
    for _ in range(3):
        token = refreshed(MOBILE, token)["refresh_token"]
    assert is_refused(refresh(MOBILE, first["refresh_token"]))
    assert is_refused(refresh(MOBILE, token))


def test_a_repeat_for_another_scope_is_refused(first: dict[str, Any]) -> None:
    refreshed(MOBILE, first["refresh_token"], scope="openid email")
    assert is_refused(refresh(MOBILE, first["refresh_token"]), "invalid_scope")
    assert "refresh_token" in refreshed(MOBILE, first["refresh_token"], scope="openid email")


def test_without_a_window_the_first_reuse_kills(first: dict[str, Any]) -> None:
    Client.objects.filter(client_id="fashionistar-mobile").update(refresh_token_grace_seconds=0)
    successor = refreshed(MOBILE, first["refresh_token"])
    assert is_refused(refresh(MOBILE, first["refresh_token"]))
    assert is_refused(refresh(MOBILE, successor["refresh_token"]))


# --- Bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_rotation_never_extends_the_end_of_a_chain(first: dict[str, Any]) -> None:
    token = first["refresh_token"]
    for day in (10, 20, 29):
        with later(day * 24 * 3600):
            token = refreshed(MOBILE, token)["refresh_token"]
    with later(LIFETIME - 1):
        token = refreshed(MOBILE, token)["refresh_token"]
    with later(LIFETIME):
        assert is_refused(refresh(MOBILE, token))


@pytest.mark.spec("RFC 6749", "6")
def test_scope_only_shrinks_and_only_for_that_access_token(first: dict[str, Any]) -> None:
    narrow = refreshed(MOBILE, first["refresh_token"], scope="openid orders")
    assert narrow["scope"] == "openid orders"
    assert is_refused(refresh(MOBILE, narrow["refresh_token"], scope="openid wallet"), "invalid_scope")
    assert refreshed(MOBILE, narrow["refresh_token"])["scope"] == first["scope"]


@pytest.mark.spec("RFC 8707", "2.2")
def test_a_refresh_keeps_its_audience(first: dict[str, Any]) -> None:
    before = introspect(BACKEND, first["access_token"])["aud"]
    again = refreshed(MOBILE, first["refresh_token"])
    assert introspect(BACKEND, again["access_token"])["aud"] == before
    assert is_refused(refresh(MOBILE, again["refresh_token"], resource="https://elsewhere.example"), "invalid_target")


@pytest.mark.spec("RFC 6749", "10.4")
def test_another_client_cannot_use_the_token_and_does_no_harm(first: dict[str, Any]) -> None:
    Client.objects.filter(client_id="other-spa").update(grant_types=["authorization_code", "refresh_token"])
    assert is_refused(refresh(OTHER_SPA, first["refresh_token"]))
    assert "refresh_token" in refreshed(MOBILE, first["refresh_token"])


@pytest.mark.parametrize("value", ["", "x", "fst_rt_" + "a" * 67])
def test_a_value_we_never_minted_is_refused(clients: None, value: str) -> None:
    assert is_refused(refresh(MOBILE, value))


def test_an_access_token_is_no_refresh_token(first: dict[str, Any]) -> None:
    assert is_refused(refresh(MOBILE, first["access_token"]))


# --- A confidential client --------------------------------------------------------------------------------------------


@pytest.mark.spec("FAPI 2.0", "5.3.2.1")
def test_a_confidential_client_keeps_its_token(browser: Browser) -> None:
    tokens = obtain_tokens(browser, WEB, scope=SCOPE)
    for _ in range(3):
        again = refreshed(WEB, tokens["refresh_token"])
        assert "refresh_token" not in again
        assert introspect(WEB, again["access_token"])["active"] is True
    assert RefreshToken.objects.count() == 1


# --- Dead at once -----------------------------------------------------------------------------------------------------


def test_a_disabled_person_cannot_refresh(first: dict[str, Any], shopper: User) -> None:
    set_active(user_id=shopper.pk, active=False)
    assert is_refused(refresh(MOBILE, first["refresh_token"]))


def test_an_ended_session_cannot_be_refreshed(first: dict[str, Any]) -> None:
    end_session(sid=SsoSession.objects.get().pk, reason="logout")
    assert is_refused(refresh(MOBILE, first["refresh_token"]))
    assert not AccessToken.objects.filter(revoked_at=None).exists()


def test_an_expired_session_does_not_end_offline_access(first: dict[str, Any]) -> None:
    with later(14 * 24 * 3600):
        assert "access_token" in refreshed(MOBILE, first["refresh_token"])


def test_a_withdrawn_consent_ends_the_chain_and_its_tokens_and_no_other_clients(
    browser: Browser, shopper: User, first: dict[str, Any]
) -> None:
    tokens = obtain_tokens(browser, WEB, scope=SCOPE)
    again = refreshed(WEB, tokens["refresh_token"])
    assert withdraw_consent(user_id=shopper.pk, client=Client.objects.get(client_id=WEB.client_id))
    assert is_refused(refresh(WEB, tokens["refresh_token"]))
    assert not is_alive(tokens["access_token"])
    assert not is_alive(again["access_token"])
    # Allowed once more, it begins anew: what was taken back stays so.
    assert is_alive(obtain_tokens(browser, WEB, scope=SCOPE)["access_token"])
    assert is_refused(refresh(WEB, tokens["refresh_token"]))
    assert "refresh_token" in refreshed(MOBILE, first["refresh_token"])


def test_a_disabled_client_cannot_refresh(first: dict[str, Any]) -> None:
    Client.objects.filter(client_id="fashionistar-mobile").update(enabled=False)
    assert refresh(MOBILE, first["refresh_token"]).status_code == 401


@pytest.mark.spec("RFC 7009", "2.1")
def test_revoking_a_refresh_token_ends_its_family(first: dict[str, Any]) -> None:
    again = refreshed(MOBILE, first["refresh_token"])
    assert MOBILE.post("/oauth2/revoke", {"token": again["refresh_token"]}).status_code == 200
    assert is_refused(refresh(MOBILE, again["refresh_token"]))
    assert not is_alive(again["access_token"])
    assert not is_alive(first["access_token"])


@pytest.mark.spec("RFC 7009", "2.1")
def test_another_client_cannot_revoke_it(first: dict[str, Any]) -> None:
    assert OTHER_SPA.post("/oauth2/revoke", {"token": first["refresh_token"]}).status_code == 200
    assert "refresh_token" in refreshed(MOBILE, first["refresh_token"])


@pytest.mark.spec("RFC 7662", "2.2")
def test_a_refresh_token_is_never_an_active_access_token(first: dict[str, Any]) -> None:
    assert introspect(BACKEND, first["refresh_token"]) == {"active": False}
