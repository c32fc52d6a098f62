"""A code is redeemed once, by its client, at its address, with its verifier, within a minute; all else reads alike."""

import itertools

import pytest
import time_machine
from pytest_django.fixtures import Settings

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.oidc.models import AccessToken, AuthorizationCode, RefreshToken
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tokens.format import Kind, checksum, mint
from idp.tests.journey import Answer, Browser, Pkce
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    MOBILE,
    NO_PKCE,
    OTHER_SPA,
    SECOND_WEB,
    SPA,
    WEB,
    Party,
    introspect,
    json_of,
    obtain_code,
    userinfo,
)

SPA_SILENT = SPA.at("http://localhost:5173/silent-callback")


def assert_invalid_grant(answer: Answer) -> bytes:
    """The one answer every wrong redemption gets."""
    assert answer.status_code == 400
    assert json_of(answer)["error"] == "invalid_grant"
    assert answer["Cache-Control"] == "no-store"
    return answer.content


@pytest.mark.spec("RFC 6749", "4.1.3")
@pytest.mark.spec("RFC 7636", "4.6")
def test_of_every_combination_exactly_the_right_one_is_served(browser: Browser) -> None:
    """Code × client × redirect URI × verifier, the right cell last."""
    mine, other = Pkce(), Pkce()
    code, others_code = obtain_code(browser, SPA, mine), obtain_code(browser, OTHER_SPA, other)
    codes = (code, mint(Kind.AUTHORIZATION_CODE, handle="aaaaaaaa"))
    parties = (SPA, OTHER_SPA, WEB)
    uris = (SPA.redirect_uri, SPA_SILENT.redirect_uri, OTHER_SPA.redirect_uri, None)
    verifiers = (mine.verifier, other.verifier, mine.challenge, mine.verifier[:-1], None)
    cells = list(itertools.product(codes, parties, uris, verifiers))
    right = (code, SPA, SPA.redirect_uri, mine.verifier)

    bodies = {
        assert_invalid_grant(party.exchange(sent, mine, redirect_uri=uri, code_verifier=verifier))
        for sent, party, uri, verifier in cells
        if (sent, party, uri, verifier) != right
    }
    assert len(cells) == 120
    assert len(bodies) == 1
    assert not AccessToken.objects.exists()
    # None of that has touched the code, nor anybody else's.
    assert SPA.exchange(code, mine).status_code == 200
    assert OTHER_SPA.exchange(others_code, other).status_code == 200


@pytest.mark.spec("RFC 7636", "4.1")
@pytest.mark.parametrize("verifier", ["a" * 42, "a" * 129, "short", "a" * 42 + "+", "a" * 42 + "\u00e4", "a" * 43 + "\n"])
def test_a_verifier_of_another_form_is_refused_even_if_its_digest_fits(browser: Browser, verifier: str) -> None:
    pkce = Pkce(verifier=verifier)
    assert_invalid_grant(SPA.exchange(obtain_code(browser, SPA, pkce), pkce))


@pytest.mark.spec("RFC 7636", "4.1")
@pytest.mark.parametrize("verifier", ["a" * 43, "A-._~" + "z" * 123])
def test_the_shortest_and_the_longest_verifier_serve(browser: Browser, verifier: str) -> None:
    pkce = Pkce(verifier=verifier)
    assert SPA.exchange(obtain_code(browser, SPA, pkce), pkce).status_code == 200


@pytest.mark.spec("RFC 9700", "4.8.2")
def test_a_verifier_without_a_challenge_is_refused_as_well(browser: Browser, settings: Settings) -> None:
    settings.IDP_ALLOW_CLIENTS_WITHOUT_PKCE = True
    without: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
    pkce = Pkce()
    assert_invalid_grant(NO_PKCE.exchange(obtain_code(browser, NO_PKCE, pkce, **without), pkce))
    assert NO_PKCE.exchange(obtain_code(browser, NO_PKCE, pkce, **without), pkce, code_verifier=None).status_code == 200
    # And a challenge that was sent must be answered, by whoever sent it.
    assert_invalid_grant(NO_PKCE.exchange(obtain_code(browser, NO_PKCE, pkce), pkce, code_verifier=None))


# --- Once ---------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "4.1.2")
@pytest.mark.parametrize("later", [0, 30, 300])
def test_a_second_use_kills_what_the_first_one_got(clients: None, shopper: User, later: int) -> None:
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        browser, pkce = signed_in(shopper), Pkce()
        code = obtain_code(browser, SPA, pkce)
        token = json_of(SPA.exchange(code, pkce))["access_token"]
        assert introspect(DEMO_API, token)["active"] is True
        clock.shift(later)
        assert_invalid_grant(SPA.exchange(code, pkce))
        assert introspect(DEMO_API, token) == {"active": False}
        assert userinfo(token).status_code == 401
        assert SecurityEvent.objects.filter(event=Event.CODE_REPLAYED).count() == 1


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_second_use_ends_refresh_tokens_of_the_family_too(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, WEB, pkce, scope="openid offline_access")
    assert "refresh_token" in json_of(WEB.exchange(code, pkce))
    assert_invalid_grant(WEB.exchange(code, pkce))
    assert not RefreshToken.objects.filter(revoked=None).exists()


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_second_use_ends_what_was_refreshed_from_the_first_as_well(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, MOBILE, pkce, scope="openid offline_access")
    chain = [json_of(MOBILE.exchange(code, pkce))]
    for _ in range(2):
        form = {"grant_type": "refresh_token", "refresh_token": chain[-1]["refresh_token"]}
        chain.append(json_of(MOBILE.post("/oauth2/token", form)))
    assert [introspect(BACKEND, tokens["access_token"])["active"] for tokens in chain] == [True] * 3
    assert_invalid_grant(MOBILE.exchange(code, pkce))
    assert [introspect(BACKEND, tokens["access_token"])["active"] for tokens in chain] == [False] * 3
    form = {"grant_type": "refresh_token", "refresh_token": chain[-1]["refresh_token"]}
    assert_invalid_grant(MOBILE.post("/oauth2/token", form))


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_replay_that_proves_nothing_revokes_nothing(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    token = json_of(SPA.exchange(code, pkce))["access_token"]
    for wrong in (
        OTHER_SPA.exchange(code, pkce),
        WEB.exchange(code, pkce),
        SPA.exchange(code, Pkce()),
        SPA.exchange(code, pkce, code_verifier=None),
        SPA.exchange(code, pkce, redirect_uri=SPA_SILENT.redirect_uri),
        SPA.exchange(code, pkce, redirect_uri=None),
    ):
        assert_invalid_grant(wrong)
    assert introspect(DEMO_API, token)["active"] is True
    assert not SecurityEvent.objects.filter(event=Event.CODE_REPLAYED).exists()


def test_a_replay_leaves_other_sign_ins_of_the_person_alone(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    SPA.exchange(code, pkce)
    other = json_of(SPA.exchange(obtain_code(browser, SPA, pkce), pkce))["access_token"]
    SPA.exchange(code, pkce)
    assert introspect(DEMO_API, other)["active"] is True


# --- For a minute -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "4.1.2")
@pytest.mark.parametrize(("age", "status"), [(59, 200), (60, 400), (61, 400), (3600, 400)])
def test_a_code_lives_sixty_seconds_judged_at_use(clients: None, shopper: User, age: int, status: int) -> None:
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        pkce = Pkce()
        code = obtain_code(signed_in(shopper), SPA, pkce)
        clock.shift(age)
        assert SPA.exchange(code, pkce).status_code == status


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_code_that_expired_unused_is_no_replay_however_often_it_comes(clients: None, shopper: User) -> None:
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        browser, pkce = signed_in(shopper), Pkce()
        other = json_of(SPA.exchange(obtain_code(browser, SPA, pkce), pkce))["access_token"]
        code = obtain_code(browser, SPA, pkce)
        clock.shift(60)
        assert {assert_invalid_grant(SPA.exchange(code, pkce)) for _ in range(2)} == {
            assert_invalid_grant(SPA.exchange("x", pkce))
        }
        assert AuthorizationCode.objects.get(code=checksum(code)).exchanged_at is None
        assert introspect(DEMO_API, other)["active"] is True
        assert not SecurityEvent.objects.filter(event=Event.CODE_REPLAYED).exists()


# --- What is behind it --------------------------------------------------------------------------------------------------
def test_a_code_whose_person_was_disabled_in_the_table_is_worth_nothing(browser: Browser, shopper: User) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    type(shopper).objects.filter(pk=shopper.pk).update(is_active=False)
    assert_invalid_grant(SPA.exchange(code, pkce))


def test_a_code_without_a_sign_in_behind_it_is_worth_nothing(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    AuthorizationCode.objects.filter(code=checksum(code)).update(sid=None)
    assert_invalid_grant(SPA.exchange(code, pkce))


@pytest.mark.spec("RFC 6749", "5.1")
def test_what_was_granted_is_what_is_issued(browser: Browser) -> None:
    pkce = Pkce()
    answer = SPA.exchange(obtain_code(browser, SPA, pkce, scope="orders email openid"), pkce)
    assert json_of(answer)["scope"] == "orders email openid"
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
    assert answer["Content-Type"] == "application/json"
    row = AccessToken.objects.get()
    assert row.resource == ["http://localhost:8001", "http://localhost:8000"]


def test_without_openid_there_is_no_id_token_and_no_userinfo(browser: Browser) -> None:
    pkce = Pkce()
    tokens = json_of(SPA.exchange(obtain_code(browser, SPA, pkce, scope="orders"), pkce))
    assert "id_token" not in tokens
    assert userinfo(tokens["access_token"]).status_code == 403
    assert introspect(DEMO_API, tokens["access_token"])["aud"] == ["http://localhost:8001"]


@pytest.mark.spec("RFC 8707", "2.2")
@pytest.mark.spec("RFC 8707", "2")
def test_a_resource_asked_for_is_the_audience(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce, resource="http://localhost:8001", scope="orders")
    token = json_of(SPA.exchange(code, pkce))["access_token"]
    assert introspect(DEMO_API, token)["aud"] == ["http://localhost:8001"]


def test_a_client_without_a_resource_gets_a_token_for_userinfo_only(browser: Browser) -> None:
    pkce = Pkce()
    token = json_of(SECOND_WEB.exchange(obtain_code(browser, SECOND_WEB, pkce), pkce))["access_token"]
    assert introspect(SECOND_WEB, token)["aud"] == ["http://localhost:8000"]
    plain = json_of(SECOND_WEB.exchange(obtain_code(browser, SECOND_WEB, pkce, scope="orders"), pkce))["access_token"]
    assert introspect(SECOND_WEB, plain)["aud"] == []


@pytest.mark.parametrize("party", [SPA, WEB, SECOND_WEB, OTHER_SPA], ids=lambda party: party.client_id)
def test_only_digests_lie_in_the_tables(browser: Browser, party: Party) -> None:
    pkce = Pkce()
    code = obtain_code(browser, party, pkce)
    token = json_of(party.exchange(code, pkce))["access_token"]
    rows = [*AuthorizationCode.objects.values(), *AccessToken.objects.values()]
    stored = " ".join(str(value) for row in rows for value in row.values())
    for secret in (code, token, pkce.verifier, code[-40:], token[-40:]):
        assert secret not in stored
    assert AccessToken.objects.get().token == ""
