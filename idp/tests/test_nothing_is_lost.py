"""A fault in the middle loses nothing: what a person or client was doing can be tried again and then works."""

import pytest
from django.db import connection

from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.oidc.models import AccessToken, Client, SigningKey
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.sync import sync_clients
from idp.tests.database_faults import failing
from idp.tests.journey import Browser, Pkce, answer_of
from idp.tests.parties import BACKEND, DEMO_API, MOBILE, SPA, WEB, introspect, json_of, obtain_code, obtain_tokens, post_form

pytestmark = pytest.mark.django_db


# Really committed: outside a test this INSERT stands in no transaction that it could break.
@pytest.mark.django_db(transaction=True)
def test_a_code_that_cannot_be_written_leaves_the_request_for_another_try(browser: Browser) -> None:
    path = SPA.kept_request(Pkce())
    with connection.execute_wrapper(failing('INSERT INTO "oidc_authorizationcode"')):
        assert browser.http.get(path).status_code == 503
    assert "code" in answer_of(browser.http.get(path)["Location"])


def test_a_denial_that_cannot_be_recorded_can_be_given_again(browser: Browser) -> None:
    page = browser.open(WEB.authorize_url(Pkce()))
    with connection.execute_wrapper(failing('INSERT INTO "audit_')):
        assert browser.submit(page, decision="deny").status_code == 503
    again = browser.open(browser.address)
    assert answer_of(browser.submit(again, decision="deny")["Location"])["error"] == "access_denied"


@pytest.mark.spec("RFC 6749", "5.2")
def test_without_a_signing_key_no_code_is_spent(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    SigningKey.objects.filter(algorithm="ES256").update(state=SigningKey.State.RETIRING)
    assert SPA.exchange(code, pkce).status_code == 503
    assert browser.http.get("/readyz").status_code == 503
    assert not AccessToken.objects.filter(token_family__isnull=False).exists()
    SigningKey.objects.filter(algorithm="ES256").update(state=SigningKey.State.ACTIVE)
    assert SPA.exchange(code, pkce).status_code == 200
    assert browser.http.get("/readyz").status_code == 200


@pytest.mark.spec("RFC 8707", "2.2")
def test_a_code_for_another_resource_is_refused_and_not_spent(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    refused = SPA.exchange(code, pkce, resource="https://evil.example")
    assert (refused.status_code, json_of(refused)["error"]) == (400, "invalid_target")
    assert SPA.exchange(code, pkce, resource="http://localhost:8001").status_code == 200


@pytest.mark.spec("RFC 9700", "2.1")
def test_an_address_withdrawn_meanwhile_receives_no_code(browser: Browser) -> None:
    path = SPA.kept_request(Pkce())
    Client.objects.filter(client_id="demo-spa").update(redirect_uris="http://localhost:5173/elsewhere")
    answer = browser.http.get(path)
    assert answer.status_code == 400
    assert "Location" not in answer


def test_a_client_switched_off_and_on_again_holds_nothing_it_held_before(
    browser: Browser, registrations: list[ClientRegistration]
) -> None:
    token, pkce = obtain_tokens(browser, SPA)["access_token"], Pkce()
    code = obtain_code(browser, SPA, pkce)
    sync_clients(registrations=[entry for entry in registrations if entry.client_id != "demo-spa"], prune=True)
    # Switched on behind our back, it holds nothing either: what it held ended when it was switched off.
    Client.objects.filter(client_id="demo-spa").update(enabled=True)
    assert introspect(DEMO_API, token) == {"active": False}
    Client.objects.filter(client_id="demo-spa").update(enabled=False)
    sync_clients(registrations=registrations)
    assert Client.objects.get(client_id="demo-spa").enabled
    assert introspect(DEMO_API, token) == {"active": False}
    assert json_of(SPA.exchange(code, pkce))["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749", "10.1")
def test_a_wrong_secret_is_recorded_and_a_made_up_name_is_not(clients: None) -> None:
    for client_id in ("demo-api", "nobody"):
        form = {"client_id": client_id, "client_secret": "x" * 40, "token": "x"}
        assert post_form("/oauth2/introspect", form).status_code == 401
    (event,) = SecurityEvent.objects.filter(event=Event.CLIENT_AUTHENTICATION_FAILED)
    assert event.client_id == "demo-api"


@pytest.mark.spec("RFC 7009", "2.1")
def test_a_revocation_is_recorded_once(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    for _ in range(2):
        assert SPA.post("/oauth2/revoke", {"token": token}).status_code == 200
    assert SecurityEvent.objects.filter(event=Event.TOKEN_REVOKED).count() == 1
    assert introspect(BACKEND, token) == {"active": False}


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize("statement", ['UPDATE "oidc_accesstoken"', 'INSERT INTO "audit_'])
def test_a_revocation_that_cannot_be_stored_is_refused_and_can_be_tried_again(browser: Browser, statement: str) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    with connection.execute_wrapper(failing(statement)):
        answer = SPA.post("/oauth2/revoke", {"token": token})
    assert answer.status_code == 503
    assert introspect(BACKEND, token)["active"] is True
    assert SPA.post("/oauth2/revoke", {"token": token}).status_code == 200
    assert introspect(BACKEND, token) == {"active": False}


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize("statement", ['UPDATE "oidc_refreshtoken"', 'UPDATE "oidc_accesstoken"', 'INSERT INTO "audit_'])
def test_a_family_ends_in_one_piece_or_not_at_all(browser: Browser, statement: str) -> None:
    tokens = obtain_tokens(browser, MOBILE, scope="openid email orders offline_access")
    with connection.execute_wrapper(failing(statement)):
        answer = MOBILE.post("/oauth2/revoke", {"token": tokens["refresh_token"]})
    assert (answer.status_code, answer.has_header("Retry-After")) == (503, True)
    assert introspect(BACKEND, tokens["access_token"])["active"] is True
    renewal = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = json_of(MOBILE.post("/oauth2/token", renewal))
    # The client still holds the token that it could not give back, and gives it back now.
    assert MOBILE.post("/oauth2/revoke", {"token": renewed["refresh_token"]}).status_code == 200
    for token in (tokens["access_token"], renewed["access_token"]):
        assert introspect(BACKEND, token) == {"active": False}
