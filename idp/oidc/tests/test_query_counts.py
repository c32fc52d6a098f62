"""How many statements each request costs the database; a number that grows is a decision, not an accident.

Every statement is counted, and a transaction as two: its BEGIN and COMMIT are SAVEPOINT and RELEASE inside a test. Not counted is
what a process does once in a while: a client's registration is read once a minute where there is Redis (and each time without,
because another process may have changed it, D4), a signing key is parsed once.
"""

import pytest
from django.conf import settings

from idp.oidc.jose import keys
from idp.oidc.models import Client
from idp.oidc.provider.clients import find_client
from idp.oidc.tests.fixtures import Count
from idp.tests.journey import Browser, Pkce, answer_of
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    MOBILE,
    SECOND_WEB,
    SPA,
    WEB,
    introspect,
    json_of,
    obtain_code,
    obtain_tokens,
    userinfo,
)  # fmt: skip

# One SELECT less each time where there are copies.
_CLIENT = 0 if settings.ENVIRONMENT.uses_redis else 1
# The browser's own session is in Redis, where there is one.
_BROWSER = _CLIENT


@pytest.fixture(autouse=True)
def well_known(clients: None) -> None:
    """Every client was read before, every key parsed."""
    for client_id in Client.objects.values_list("client_id", flat=True):
        find_client(client_id)
    for algorithm in keys.ALGORITHMS:
        keys.active_key(algorithm)


# --- The grants: what a token costs ---------------------------------------------------------------------------------------
def test_a_clients_own_token_is_one_row(costs: Count) -> None:
    with costs(1 + _CLIENT):
        answer = SECOND_WEB.post("/oauth2/token", {"grant_type": "client_credentials", "scope": "orders"})
    assert json_of(answer)["access_token"]


@pytest.mark.parametrize("scope", ["openid email orders", "orders"])
def test_a_code_is_redeemed_with_five(browser: Browser, costs: Count, scope: str) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce, scope=scope)
    # Code with its person and the name of the key that signs, SAVEPOINT, UPDATE that holds the session, INSERT, RELEASE.
    with costs(5 + _CLIENT):
        assert SPA.exchange(code, pkce).status_code == 200


def test_with_a_refresh_token_with_six(browser: Browser, costs: Count) -> None:
    pkce = Pkce()
    code = obtain_code(browser, MOBILE, pkce, scope="openid email offline_access")
    # One INSERT more.
    with costs(6 + _CLIENT):
        assert "refresh_token" in json_of(MOBILE.exchange(code, pkce))


def test_a_client_that_is_told_of_sign_outs_costs_a_row_more(browser: Browser, costs: Count) -> None:
    Client.objects.filter(client_id=SPA.client_id).update(backchannel_logout_uri="https://spa.example/signed-out")
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce, scope="openid email")
    # The client changed a moment ago, so it is read from SQL on every store.
    with costs(7):
        assert SPA.exchange(code, pkce).status_code == 200


def test_a_refresh_token_is_rotated_with_six(browser: Browser, costs: Count) -> None:
    presented = obtain_tokens(browser, MOBILE, scope="openid email offline_access")["refresh_token"]
    # Token with its person and the name of the key that signs, SAVEPOINT, UPDATE, two INSERTs, RELEASE.
    with costs(6 + _CLIENT):
        assert json_of(MOBILE.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": presented}))["refresh_token"]


def test_a_wrong_redemption_writes_nothing(browser: Browser, costs: Count) -> None:
    code = obtain_code(browser, SPA, Pkce())
    with costs(1 + _CLIENT):
        assert SPA.exchange(code, Pkce()).status_code == 400
    with costs(_CLIENT):
        assert SPA.exchange("made-up", Pkce()).status_code == 400


# --- Authorize with a session ---------------------------------------------------------------------------------------------
def test_a_silent_request_is_answered_with_two(browser: Browser, costs: Count) -> None:
    # Sign-on session with its person, INSERT of the code.
    with costs(2 + _CLIENT + _BROWSER):
        answer = browser.http.get(SPA.authorize_url(Pkce()))
    assert "code" in answer_of(answer["Location"])


def test_one_that_was_kept_first_with_two_as_well(browser: Browser, stranger: Browser, costs: Count) -> None:
    with costs(_CLIENT):
        path = stranger.http.get(SPA.authorize_url(Pkce()))["Location"]
    with costs(2 + _CLIENT + _BROWSER):
        answer = browser.http.get(path)
    assert "code" in answer_of(answer["Location"])


def test_what_was_allowed_before_is_read_and_held(browser: Browser, costs: Count) -> None:
    obtain_code(browser, WEB, Pkce())
    # Of another's application only: what was allowed, held, and a transaction around it.
    with costs(5 + _CLIENT + _BROWSER):
        answer = browser.http.get(WEB.authorize_url(Pkce()))
    assert "code" in answer_of(answer["Location"])


def test_the_router_sends_a_stranger_to_login_with_the_client(stranger: Browser, costs: Count) -> None:
    path = stranger.http.get(SPA.authorize_url(Pkce()))["Location"]
    with costs(_CLIENT):
        assert stranger.http.get(path)["Location"].startswith("/login/")


# --- Reads and revocation -------------------------------------------------------------------------------------------------
def test_introspection_reads_the_caller_and_the_token(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, WEB, scope="openid email phone roles profile")["access_token"]
    with costs(1 + _CLIENT):
        assert introspect(BACKEND, token)["active"]
    # A value we never minted is not looked for.
    with costs(_CLIENT):
        assert introspect(DEMO_API, "fst_at_" + "x" * 67) == {"active": False}


def test_userinfo_reads_the_token(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, WEB, scope="openid email phone roles profile address")["access_token"]
    with costs(1):
        assert userinfo(token).status_code == 200


def test_revocation_reads_the_client_updates_and_records(browser: Browser, costs: Count) -> None:
    token = obtain_tokens(browser, SPA)["access_token"]
    # SAVEPOINT, UPDATE, the audit row, RELEASE.
    with costs(4 + _CLIENT):
        SPA.post("/oauth2/revoke", {"token": token})
