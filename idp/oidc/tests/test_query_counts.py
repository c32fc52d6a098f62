"""How many statements each request costs the database; a number that grows is a decision, not an accident."""

import pytest
from django.conf import settings

from idp.oidc.tests.fixtures import Count
from idp.tests.journey import Browser, Pkce, answer_of
from idp.tests.parties import BACKEND, DEMO_API, SECOND_WEB, SPA, WEB, introspect, json_of, obtain_code, obtain_tokens, userinfo


def test_authorize_reads_the_client(browser: Browser, costs: Count) -> None:
    with costs(1):
        browser.http.get(SPA.authorize_url(Pkce()))


def test_the_router_issues_with_five_statements_and_a_transaction(browser: Browser, costs: Count) -> None:
    path = browser.http.get(SPA.authorize_url(Pkce()))["Location"]
    # Browser session (in Redis, where there is one), sign-on session with its person, client, consents; SAVEPOINT (BEGIN
    # outside tests), INSERT of the code, RELEASE (COMMIT).
    with costs(6 if settings.ENVIRONMENT.uses_redis else 7):
        answer = browser.http.get(path)
    assert "code" in answer_of(answer["Location"])


def test_the_router_sends_a_stranger_to_login_with_one(stranger: Browser, costs: Count) -> None:
    path = stranger.http.get(SPA.authorize_url(Pkce()))["Location"]
    with costs(1):
        assert stranger.http.get(path)["Location"].startswith("/login/")


@pytest.mark.parametrize(("scope", "statements"), [("openid email orders", 8), ("orders", 7)])
def test_a_code_is_redeemed_with_five_statements_a_key_and_a_transaction(
    browser: Browser, costs: Count, scope: str, statements: int
) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce, scope=scope)
    # Client, code with its person, SAVEPOINT (BEGIN outside tests), the session held, UPDATE, INSERT, RELEASE (COMMIT); the key
    # with openid.
    with costs(statements):
        assert SPA.exchange(code, pkce).status_code == 200


def test_a_wrong_redemption_writes_nothing(browser: Browser, costs: Count) -> None:
    code = obtain_code(browser, SPA, Pkce())
    with costs(2):
        assert SPA.exchange(code, Pkce()).status_code == 400
    with costs(1):
        assert SPA.exchange("made-up", Pkce()).status_code == 400


def test_introspection_reads_the_caller_and_the_token(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, WEB, scope="openid email phone roles profile")["access_token"]
    with costs(2):
        assert introspect(BACKEND, token)["active"]
    # A value we never minted is not looked for.
    with costs(1):
        assert introspect(DEMO_API, "fst_at_" + "x" * 67) == {"active": False}


def test_userinfo_reads_the_token(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, WEB, scope="openid email phone roles profile address")["access_token"]
    with costs(1):
        assert userinfo(token).status_code == 200


def test_a_clients_own_token_is_one_look_and_one_row(clients: None, costs: Count) -> None:
    with costs(2):
        answer = SECOND_WEB.post("/oauth2/token", {"grant_type": "client_credentials", "scope": "orders"})
    assert json_of(answer)["access_token"]


def test_revocation_reads_the_client_updates_and_records(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    # Client, SAVEPOINT (BEGIN outside tests), UPDATE, the audit row, RELEASE (COMMIT).
    with costs(5):
        SPA.post("/oauth2/revoke", {"token": token})
