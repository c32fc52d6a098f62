"""What stands between a checked request and its code, over every combination of the facts it depends on."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.core.auth_context import AuthContext
from idp.oidc.authorize.interaction import Answers, Interaction
from idp.oidc.authorize.issue_code import told_acr
from idp.oidc.authorize.policy import Facts, Need, next_need
from idp.oidc.authorize.remembered_consent import Allowed
from idp.oidc.authorize.request import AuthorizationRequest
from idp.oidc.jose.requested_claims import RequestedClaims

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
UID = "u" * 43
ADA = uuid.UUID(int=1)
SID = uuid.UUID(int=2)


def facts(**given: Any) -> Facts:  # noqa: ANN401 - any fact
    """A first-party web request with somebody signed in an hour ago, unless told otherwise."""
    request = AuthorizationRequest(
        parameters={},
        client_id="c",
        redirect_uri=given.get("redirect_uri", "https://c.example/cb"),
        scopes=given.get("scopes", ("openid", "email")),
        prompt=given.get("prompt", ()),
        max_age=given.get("max_age"),
        expected_subjects=given.get("expected", ()),
        acr_values=given.get("acr_values", ()),
        essential_acrs=given.get("essential_acrs", ()),
        claims=RequestedClaims(userinfo=given.get("claims", ())),
    )
    session = AuthContext(
        sid=SID, user_id=ADA, acr="aal1", amr=("pwd",), login_uid=given.get("login_uid", "another"),
        auth_time=NOW - dt.timedelta(seconds=given.get("age", 3600)),
    )  # fmt: skip
    return Facts(
        interaction=Interaction(
            uid=UID,
            request=request,
            started_at=NOW,
            answers=Answers(consented_sid=given.get("consented_sid", ""), chosen_sid=given.get("chosen_sid", "")),
        ),
        session=session if given.get("signed_in", True) else None,
        allowed=Allowed(frozenset(given.get("consented", ())), frozenset(given.get("consented_claims", ()))),
        first_party=given.get("first_party", True),
        native=given.get("native", False),
        now=NOW,
        role_acr=given.get("role_acr", "aal1"),
    )


@pytest.mark.spec("OIDC Core", "3.1.2.3")
def test_nobody_signed_in_needs_a_login() -> None:
    assert next_need(facts(signed_in=False)) is Need.LOGIN
    assert next_need(facts(signed_in=False, prompt=("login", "consent"), max_age=1)) is Need.LOGIN


def test_a_first_party_web_client_needs_nothing_more() -> None:
    assert next_need(facts()) is None


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_prompt_login_is_met_by_a_login_of_this_very_interaction_only() -> None:
    assert next_need(facts(prompt=("login",), age=0)) is Need.LOGIN
    assert next_need(facts(prompt=("login",), login_uid=UID)) is None


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("max_age", "age", "login_uid", "need"),
    [
        (3600, 3600, "other", None),
        (3599, 3600, "other", Need.LOGIN),
        (10000, 3600, "other", None),
        (0, 0, "other", Need.LOGIN),
        (0, 0, UID, None),
        (1, 5, UID, None),
        (1, 5, "other", Need.LOGIN),
    ],
)
def test_max_age_asks_for_a_newer_login(max_age: int, age: int, login_uid: str, need: Need | None) -> None:
    assert next_need(facts(max_age=max_age, age=age, login_uid=login_uid)) is need


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_hint_of_somebody_else_asks_for_a_login() -> None:
    assert next_need(facts(expected=(str(uuid.UUID(int=9)),))) is Need.LOGIN
    assert next_need(facts(expected=(str(uuid.UUID(int=9)), str(ADA)))) is None


@pytest.mark.spec("OIDC Core", "3.1.2.4")
def test_a_third_party_needs_consent_to_every_scope_once() -> None:
    assert next_need(facts(first_party=False)) is Need.CONSENT
    assert next_need(facts(first_party=False, consented=["openid", "email", "phone"])) is None
    assert next_need(facts(first_party=False, consented=["openid"])) is Need.CONSENT


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_prompt_consent_asks_again_even_the_first_party() -> None:
    assert next_need(facts(prompt=("consent",), consented=["openid", "email"])) is Need.CONSENT
    assert next_need(facts(prompt=("consent",), consented_sid=str(SID), consented=["openid", "email"])) is None
    # Given in this very request, and withdrawn before the code was written.
    assert next_need(facts(prompt=("consent",), consented_sid=str(SID))) is Need.CONSENT


@pytest.mark.spec("RFC 8252", "8.6")
@pytest.mark.parametrize("uri", ["com.example.app:/cb", "http://127.0.0.1:7/cb", "http://[::1]/cb", "http://localhost/cb"])
def test_a_native_address_another_app_could_take_always_asks(uri: str) -> None:
    native = {"native": True, "redirect_uri": uri, "consented": ["openid", "email"]}
    assert next_need(facts(**native)) is Need.CONSENT
    assert next_need(facts(**native, first_party=False)) is Need.CONSENT
    assert next_need(facts(**native, consented_sid=str(SID))) is None
    assert next_need(facts(native=True)) is None


def test_consent_given_in_another_session_does_not_count() -> None:
    another = str(uuid.UUID(int=9))
    assert next_need(facts(first_party=False, consented_sid=another)) is Need.CONSENT
    # Even where everything was allowed before: it is this person, now, who is asked.
    asked_again = facts(prompt=("consent",), consented_sid=another, consented=["openid", "email"])
    assert next_need(asked_again) is Need.CONSENT


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_an_account_is_chosen_in_this_session_or_by_signing_in_for_this_request() -> None:
    asked = {"prompt": ("select_account",)}
    assert next_need(facts(**asked)) is Need.ACCOUNT
    assert next_need(facts(**asked, chosen_sid=str(uuid.UUID(int=9)))) is Need.ACCOUNT
    assert next_need(facts(**asked, chosen_sid=str(SID))) is None
    assert next_need(facts(**asked, login_uid=UID)) is None
    assert next_need(facts(**asked, signed_in=False)) is Need.LOGIN


@pytest.mark.spec("OIDC Core", "5.5.1.1")
@pytest.mark.spec("RFC 9470", "5")
@pytest.mark.parametrize("asked_by", ["essential_acrs", "acr_values"])
def test_a_level_that_was_not_reached_asks_for_a_login(asked_by: str) -> None:
    assert next_need(facts(**{asked_by: ("aal1",)})) is None
    assert next_need(facts(**{asked_by: ("phr", "aal1")})) is None
    assert next_need(facts(**{asked_by: ("phr",)})) is Need.LOGIN


def test_beside_an_essential_level_a_wish_decides_nothing() -> None:
    assert next_need(facts(acr_values=("phr",), essential_acrs=("aal1",))) is None
    assert next_need(facts(acr_values=("aal1",), essential_acrs=("phr",))) is Need.LOGIN


@pytest.mark.spec("OIDC Core", "5.5")
def test_a_claim_asked_for_singly_needs_consent_unless_a_scope_or_an_earlier_consent_covers_it() -> None:
    third = {"first_party": False, "consented": ["openid", "email"]}
    assert next_need(facts(**third, claims=("birthdate",))) is Need.CONSENT
    assert next_need(facts(**third, claims=("birthdate",), consented_claims=["name"])) is Need.CONSENT
    assert next_need(facts(**third, claims=("birthdate",), consented_claims=["birthdate"])) is None
    assert next_need(facts(**third, claims=("email_verified",))) is None
    assert next_need(facts(claims=("birthdate",))) is None


@given(
    st.fixed_dictionaries(
        {
            "signed_in": st.booleans(), "first_party": st.booleans(), "native": st.booleans(),
            "prompt": st.lists(st.sampled_from(["login", "consent", "select_account"]), unique=True).map(tuple),
            "max_age": st.none() | st.integers(0, 7200), "age": st.integers(0, 7200),
            "login_uid": st.sampled_from([UID, "other"]), "consented_sid": st.sampled_from(["", str(SID), "other"]),
            "expected": st.sampled_from([(), (str(ADA),), ("other",), ("other", str(ADA))]),
            "chosen_sid": st.sampled_from(["", str(SID), "other"]), "claims": st.sampled_from([(), ("birthdate",), ("email",)]),
            "consented_claims": st.sampled_from([(), ("birthdate",)]),
            "consented": st.lists(st.sampled_from(["openid", "email", "phone"])),
            "redirect_uri": st.sampled_from(["https://c.example/cb", "com.c:/cb", "http://127.0.0.1/cb"]),
        }
    )
)  # fmt: skip
def test_a_code_is_never_due_to_a_stranger_nor_a_third_party_unasked(case: dict[str, Any]) -> None:
    need = next_need(facts(**case))
    if need is None:
        assert case["signed_in"]
        assert not case["expected"] or str(ADA) in case["expected"]
        assert "login" not in case["prompt"] or case["login_uid"] == UID
        assert "select_account" not in case["prompt"] or case["login_uid"] == UID or case["chosen_sid"] == str(SID)
        asked_here = case["consented_sid"] == str(SID)
        assert not asked_here or {"openid", "email"} <= set(case["consented"])
        assert asked_here or "consent" not in case["prompt"]
        assert asked_here or case["first_party"] or {"openid", "email"} <= set(case["consented"])
        singly = set(case["claims"]) - {"email"}
        assert asked_here or case["first_party"] or singly <= set(case["consented_claims"])


def test_what_the_role_asks_for_is_essential_whatever_the_request_says() -> None:
    assert next_need(facts(role_acr="aal2")) is Need.LOGIN
    assert next_need(facts(role_acr="aal2", essential_acrs=("aal1",))) is Need.LOGIN
    assert next_need(facts(role_acr="aal1")) is None


@pytest.mark.spec("OIDC Core", "5.5.1.1")
@pytest.mark.parametrize(
    ("reached", "essential", "told"),
    [
        ("aal2", (), "aal2"),
        ("aal2", ("aal1",), "aal1"),
        ("aal2", ("aal1", "aal2"), "aal2"),
        ("aal1", ("aal1", "aal2"), "aal1"),
        ("aal1", (), "aal1"),
    ],
)
def test_an_essential_level_is_told_as_it_was_asked_for(reached: str, essential: tuple[str, ...], told: str) -> None:
    assert told_acr(reached, essential) == told
