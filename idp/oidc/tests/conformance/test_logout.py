"""The plans "RP-initiated logout" and "Back-channel logout": what leads back to the client, what never does, what it is told."""

import secrets
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from idp.core import clock
from idp.oidc.endpoints.discovery import metadata
from idp.oidc.models import Client
from idp.oidc.tests.conformance.suite import CALLBACK, Suite
from idp.oidc.tests.hostile_jose import b64
from idp.oidc.tests.logout.receiver import decoded, deliver_due, listening
from idp.tests.journey import Answer, page_of
from idp.tests.parties import Party

BACK = "https://suite.conf.test:8443/test/a/op/post_logout_redirect"
BACK_CHANNEL = "https://suite.conf.test:8443/test/a/op/backchannel_logout"
LEAVING = Party("conformance-logout", CALLBACK, method="client_secret_basic")
TOLD = Party("conformance-backchannel", CALLBACK, method="client_secret_basic")
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def suite() -> Suite:
    return Suite(party=LEAVING)


def leave(suite: Suite, **parameters: str) -> Answer:
    """Ask to be signed out; whatever page or redirect to the client comes first is returned as it is."""
    return suite.browser.open(f"/oauth2/logout?{urlencode(parameters)}")


def is_over(suite: Suite) -> bool:
    """Whether nobody is signed in any more."""
    return suite.silently().get("error") == "login_required"


# --- RP-initiated -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_rp_init_logout_discovery_endpoint_verification() -> None:
    assert metadata("https://op.conf.test")["end_session_endpoint"] == "https://op.conf.test/oauth2/logout"


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_rp_init_logout(suite: Suite) -> None:
    state = secrets.token_urlsafe(96)
    answer = leave(suite, id_token_hint=suite.tokens()["id_token"], post_logout_redirect_uri=BACK, state=state)
    assert answer["Location"] == f"{BACK}?{urlencode({'state': state})}"
    assert is_over(suite)


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_rp_init_logout_no_state(suite: Suite) -> None:
    answer = leave(suite, id_token_hint=suite.tokens()["id_token"], post_logout_redirect_uri=BACK)
    assert answer["Location"] == BACK
    assert is_over(suite)


def assert_stays(suite: Suite, answer: Answer, *, asked: bool) -> None:
    """An error page, or a question; whoever says yes to that is signed out and stays here too."""
    texts = page_of(answer).texts
    assert "Location" not in answer
    assert ("logout-confirm" in texts, "error-code" in texts) == (asked, not asked)
    if asked:
        suite.browser.submit(answer, decision="logout")
        assert suite.browser.address == "/oauth2/signed-out"
    assert is_over(suite) == asked


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
@pytest.mark.parametrize("uri", [f"{BACK}/other", f"{BACK}?foo=bar"])
def test_rp_init_logout_bad_and_query_added_to_post_logout_redirect_uri(suite: Suite, uri: str) -> None:
    hint = suite.tokens()["id_token"]
    assert_stays(suite, leave(suite, id_token_hint=hint, post_logout_redirect_uri=uri, state="s"), asked=False)


@pytest.mark.spec("OIDC RP-Initiated Logout", "4")
@pytest.mark.parametrize("made", ["unsigned", "by a foreign key", "not sent"])
def test_rp_init_logout_modified_bad_and_no_id_token_hint(suite: Suite, made: str) -> None:
    tokens = suite.tokens()
    # Everything as it should be, but the key.
    header = decoded(tokens["id_token"]).header
    hint = {
        "unsigned": {"id_token_hint": f"{b64({'alg': 'none'})}.{tokens['id_token'].split('.')[1]}."},
        "by a foreign key": {"id_token_hint": jwt.encode(header, tokens["claims"], RSAKey.generate_key(2048))},
        "not sent": {},
    }[made]
    assert_stays(suite, leave(suite, post_logout_redirect_uri=BACK, state="s", **hint), asked=True)


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
@pytest.mark.parametrize("parameters", [{}, {"state": "s" * 128}])
def test_rp_init_logout_no_params_and_only_state(suite: Suite, parameters: dict[str, str]) -> None:
    suite.tokens()
    assert_stays(suite, leave(suite, **parameters), asked=True)


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_rp_init_logout_no_post_logout_redirect_uri(suite: Suite) -> None:
    answer = leave(suite, id_token_hint=suite.tokens()["id_token"])
    assert (answer.status_code, suite.browser.address) == (200, "/oauth2/signed-out")
    assert is_over(suite)


# --- Back-channel -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Back-Channel Logout", "2.1")
def test_backchannel_logout_discovery_endpoint_verification() -> None:
    found = metadata("https://op.conf.test")
    assert (found["backchannel_logout_supported"], found["backchannel_logout_session_supported"]) == (True, True)
    assert found["end_session_endpoint"].startswith("https://")


@pytest.mark.spec("OIDC Back-Channel Logout", "2.4")
@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_backchannel_rp_initiated_logout() -> None:
    suite = Suite(party=TOLD)
    row = Client.objects.filter(client_id=TOLD.client_id, backchannel_logout_uri=BACK_CHANNEL)
    with listening("/test/a/op/backchannel_logout") as channel:
        assert row.update(backchannel_logout_uri=channel.uri) == 1
        tokens = suite.tokens()
        answer = leave(suite, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK, state="s" * 128)
        deliver_due()
    assert answer["Location"] == f"{BACK}?state={'s' * 128}"
    assert is_over(suite)

    ((path, kind, form),) = channel.heard
    assert (path, kind) == ("/test/a/op/backchannel_logout", "application/x-www-form-urlencoded")
    assert list(form) == ["logout_token"]
    token = decoded(channel.tokens[0])
    said, now = dict(token.claims), clock.epoch(clock.now())
    assert token.header["alg"] == "RS256"
    assert [said[name] for name in ("iss", "aud", "sub", "sid")] == [
        tokens["claims"][name] for name in ("iss", "aud", "sub", "sid")
    ]
    assert (said["events"], "nonce" in said) == ({EVENT: {}}, False)
    assert now - 86_400 < said["iat"] <= now
    assert said["jti"]
