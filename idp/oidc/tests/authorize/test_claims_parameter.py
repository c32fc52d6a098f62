"""Claims asked for singly: what is understood and refused, what is delivered where, what consent covers (OIDC Core §5.5)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as HttpClient

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.oidc.authorize.claim_words import CLAIM_WORDS
from idp.oidc.jose.claims import SCOPE_OF, user_claims
from idp.oidc.jose.requested_claims import RequestedClaims, recorded_claims
from idp.oidc.models import AccessToken, Client, Consent
from idp.oidc.tests.fixtures import ALL_PERSONAL
from idp.oidc.tests.jose.test_id_token import PROTOCOL, claims_of
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.parties import RESOURCE_SERVER, SPA, WEB, Party, introspect, json_of, obtain_tokens, userinfo

pytestmark = pytest.mark.spec("OIDC Core", "5.5")
NAME = {"userinfo": {"name": {"essential": True}}}


def asking(claims: Any, party: Party = WEB, **overrides: str | None) -> str:  # noqa: ANN401 - any JSON
    return party.authorize_url(Pkce(), **{"scope": "openid", "claims": json.dumps(claims), **overrides})


def sent_back(url: str) -> str:
    answer: Answer = HttpClient().get(url)
    assert answer.status_code == 303, answer.content
    return answer_of(answer["Location"]).get("error", "")


def tokens_for(browser: Browser, claims: Any, party: Party = WEB, scope: str = "openid") -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return obtain_tokens(browser, party, scope=scope, claims=json.dumps(claims))


# --- What is delivered --------------------------------------------------------------------------------------------------
def test_a_claim_goes_where_it_was_asked_for_and_nowhere_else(browser: Browser) -> None:
    asked = {"userinfo": {"name": {"essential": True}, "birthdate": None}, "id_token": {"email": None}}
    tokens = tokens_for(browser, asked)
    assert set(json_of(userinfo(tokens["access_token"]))) == {"sub", "name", "birthdate"}
    told = claims_of(tokens["id_token"])
    assert set(told) == PROTOCOL | {"email"}
    assert told["email"] == "ada@example.com"
    # A resource server learns by scope alone.
    assert not {"name", "birthdate", "email"} & set(introspect(RESOURCE_SERVER, tokens["access_token"]))


def test_claims_come_beside_those_of_the_scopes(browser: Browser) -> None:
    tokens = tokens_for(browser, NAME, scope="openid email")
    assert set(json_of(userinfo(tokens["access_token"]))) == {"sub", "name", "email", "email_verified"}
    assert set(claims_of(tokens["id_token"])) == PROTOCOL


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_every_claim_can_be_asked_for_by_itself(browser: Browser, shopper: User, place: str) -> None:
    everything = user_claims(shopper, ALL_PERSONAL.split())
    assert set(everything) == set(SCOPE_OF)
    tokens = tokens_for(browser, {place: dict.fromkeys(everything)})
    told = json_of(userinfo(tokens["access_token"])) if place == "userinfo" else claims_of(tokens["id_token"])
    everything["updated_at"] = told["updated_at"]
    assert {name: told[name] for name in everything} == everything


def test_what_was_asked_survives_a_refresh(browser: Browser) -> None:
    first = tokens_for(browser, {"userinfo": {"name": None}, "id_token": {"nickname": None}}, scope="openid offline_access")
    for _use in range(2):
        refreshed = json_of(WEB.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}))
        assert json_of(userinfo(refreshed["access_token"]))["name"] == "Ada Obi"
        assert claims_of(refreshed["id_token"])["nickname"] == "Ada"


def test_what_was_asked_survives_a_rotation(browser: Browser) -> None:
    Client.objects.filter(client_id="third-web").update(refresh_token_rotation=True)
    token = tokens_for(browser, NAME, scope="openid offline_access")["refresh_token"]
    for _use in range(2):
        answer = json_of(WEB.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token}))
        token = answer["refresh_token"]
        assert json_of(userinfo(answer["access_token"]))["name"] == "Ada Obi"


@pytest.mark.spec("OIDC Core", "5.5.1")
def test_a_claim_without_a_value_or_that_nobody_knows_is_no_error(clients: None, make_user: Callable[..., User]) -> None:
    from idp.oidc.tests.fixtures import signed_in

    bare = signed_in(make_user(email="bare@example.com"))
    wanted = ("birthdate", "shoe_size", "name#ja", "__class__", "password", "")
    asked = {"userinfo": {name: {"essential": True} for name in wanted}}
    assert set(json_of(userinfo(tokens_for(bare, asked)["access_token"]))) == {"sub"}


@pytest.mark.spec("OIDC Core", "5.5.1")
def test_values_are_wishes_and_what_is_told_is_true(browser: Browser) -> None:
    asked = {"userinfo": {"name": {"value": "Somebody Else"}, "locale": {"values": ["fr", "de"], "unknown": [1]}}}
    told = json_of(userinfo(tokens_for(browser, asked)["access_token"]))
    assert (told["name"], told["locale"]) == ("Ada Obi", "en-NG")


def test_protocol_claims_cannot_be_replaced_or_leak_by_name(browser: Browser, shopper: User) -> None:
    asked = {"id_token": {name: {"value": "x"} for name in ("iss", "aud", "exp", "nonce", "sid", "auth_time", "amr")}}
    told = claims_of(tokens_for(browser, asked)["id_token"])
    assert set(told) == PROTOCOL
    assert (told["iss"], told["sub"], told["aud"]) == ("http://localhost:8000", str(shopper.pk), "third-web")


# --- What a client may ask for ------------------------------------------------------------------------------------------
def test_a_claim_whose_scope_is_not_the_clients_is_not_told(browser: Browser) -> None:
    Client.objects.filter(client_id="third-web").update(allowed_scope="openid profile")
    asked = {"userinfo": {"email": {"essential": True}, "name": None, "role": None}, "id_token": {"email": None, "address": None}}
    tokens = tokens_for(browser, asked)
    assert set(json_of(userinfo(tokens["access_token"]))) == {"sub", "name"}
    assert set(claims_of(tokens["id_token"])) == PROTOCOL


def test_a_row_that_cannot_be_read_releases_nothing(browser: Browser) -> None:
    token = tokens_for(browser, NAME)["access_token"]
    columns: list[object] = [{"userinfo": "name"}, {"userinfo": [1]}, {"everything": ["name"]}, []]
    for damaged in columns:
        AccessToken.objects.update(requested_claims=damaged)
        assert set(json_of(userinfo(token))) == {"sub"}
        assert recorded_claims(damaged) == RequestedClaims()


# --- Consent ------------------------------------------------------------------------------------------------------------
def asks(browser: Browser, claims: Any, scope: str = "openid") -> bool:  # noqa: ANN401 - any JSON
    return "consent-allow" in page_of(browser.open(asking(claims, scope=scope))).texts


@pytest.mark.spec("OIDC Core", "3.1.2.4")
def test_the_consent_page_says_each_claim_in_words_unless_a_scope_says_it(browser: Browser) -> None:
    page = page_of(browser.open(asking({"userinfo": {"birthdate": None, "email": None}}, scope="openid email")))
    assert "See your date of birth" in page.text
    assert page.text.count("See your e-mail address") == 1


def test_every_claim_has_words() -> None:
    assert set(CLAIM_WORDS) == set(SCOPE_OF)
    assert len(set(map(str, CLAIM_WORDS.values()))) == len(CLAIM_WORDS)


def test_consent_to_a_claim_is_remembered_for_that_claim(browser: Browser) -> None:
    tokens_for(browser, NAME)
    consent = Consent.objects.get()
    assert (consent.scopes, consent.claims) == (["openid"], ["name"])
    assert not asks(browser, NAME)
    assert not asks(browser, {"id_token": {"name": None}})
    assert asks(browser, {"userinfo": {"name": None, "birthdate": None}})
    assert asks(browser, {}, scope="openid profile")
    granted = SecurityEvent.objects.get(event=Event.CONSENT_GRANTED)
    assert granted.detail == {"scopes": "openid", "claims": "name"}


def test_a_scope_that_was_allowed_covers_each_of_its_claims(browser: Browser) -> None:
    obtain_tokens(browser, WEB, scope="openid profile")
    assert not asks(browser, {"userinfo": {"birthdate": None}, "id_token": {"name": None}})
    assert asks(browser, {"userinfo": {"email": None}})


def test_silence_is_broken_by_a_claim_nobody_allowed(browser: Browser) -> None:
    obtain_tokens(browser, WEB, scope="openid")
    answer = browser.open(asking(NAME, prompt="none"))
    assert answer_of(answer["Location"])["error"] == "consent_required"


def test_consent_that_was_withdrawn_covers_no_claim(browser: Browser) -> None:
    from idp.core import clock

    tokens_for(browser, NAME)
    Consent.objects.update(withdrawn_at=clock.now())
    assert asks(browser, NAME)
    tokens_for(browser, {"userinfo": {"nickname": None}})
    assert Consent.objects.get().claims == ["nickname"]


# --- Whom it asks for ---------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "5.5.1")
@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_a_sub_with_a_value_is_that_person_or_nobody(
    browser: Browser, shopper: User, make_user: Callable[..., User], place: str
) -> None:
    bola, mine = make_user(email="bola@example.com"), str(shopper.pk)
    for good in ({"value": mine}, {"values": [str(bola.pk), mine]}, {"essential": True}, None):
        answer = browser.open(asking({place: {"sub": good}}, SPA, prompt="none"))
        assert "code" in answer_of(answer["Location"]), good
    other = asking({place: {"sub": {"value": str(bola.pk)}}}, SPA)
    assert answer_of(browser.open(f"{other}&prompt=none")["Location"])["error"] == "login_required"
    # Shown the sign-in page instead, and answered by the wrong person: an error, never somebody else's token.
    login = browser.open(other)
    assert "id_username" in page_of(login).texts
    assert answer_of(browser.sign_in(login, username="ada@example.com")["Location"])["error"] == "login_required"
    assert "code" in answer_of(browser.sign_in(browser.open(other), username="bola@example.com")["Location"])


def test_hint_and_sub_have_to_agree(browser: Browser, shopper: User) -> None:
    hint = obtain_tokens(browser, SPA)["id_token"]
    agreeing = asking({"id_token": {"sub": {"values": ["x", str(shopper.pk)]}}}, SPA, id_token_hint=hint, prompt="none")
    assert "code" in answer_of(browser.open(agreeing)["Location"])
    assert sent_back(asking({"id_token": {"sub": {"value": "x"}}}, SPA, id_token_hint=hint)) == "invalid_request"


# --- What is refused ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "sent",
    [
        "{", "[]", "null", "1", '"userinfo"', "name", "{'userinfo': {}}", '{"userinfo": []}', '{"userinfo": "name"}',
        '{"userinfo": {"name": true}}', '{"userinfo": {"name": "essential"}}', '{"userinfo": {"name": {"essential": "true"}}}',
        '{"userinfo": {"name": {"essential": 1}}}', '{"userinfo": {"name": {"values": "x"}}}', '{"id_token": {"acr": []}}',
        '{"userinfo": {}, "userinfo": {"email": null}}', '{"userinfo": {"name": null, "name": null}}',
        '{"id_token": {"sub": {"value": 7}}}', '{"id_token": {"sub": {"value": "\\ud800"}}}',
        '{"id_token": {"sub": {"value": "%s"}}}' % ("x" * 256), "[" * 4000, '{"a":' * 1500, "9" * 5000,
        json.dumps({"userinfo": {f"c{number}": None for number in range(101)}}),
    ],
)  # fmt: skip
def test_what_is_no_claims_object_goes_back(clients: None, sent: str) -> None:
    assert sent_back(WEB.authorize_url(Pkce(), claims=sent)) == "invalid_request"


@pytest.mark.parametrize(
    "sent",
    [
        "{}", '{"userinfo": null}', '{"verified_claims": {"x": 1}}', '{"userinfo": {"\\ud800": null}}',
        '{"id_token": {"acr": {"value": "\\ud800"}}}', '{"userinfo": {"name": {"value": NaN}}}',
    ],
)  # fmt: skip
def test_what_is_not_ours_is_ignored(clients: None, sent: str) -> None:
    answer: Answer = HttpClient().get(WEB.authorize_url(Pkce(), claims=sent))
    assert answer["Location"].startswith("/interaction/")
    assert Browser().open(answer["Location"]).status_code == 200


def test_a_parameter_of_absurd_size_is_shown(clients: None) -> None:
    answer: Answer = HttpClient().get(WEB.authorize_url(Pkce(), claims=" " * 65536))
    assert (answer.status_code, page_of(answer).texts["error-code"]) == (400, "invalid_request")
