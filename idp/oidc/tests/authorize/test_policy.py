"""What stands between a checked request and its code, over every combination of the facts it depends on."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.core.auth_context import AuthContext
from idp.oidc.authorize.interaction import Interaction
from idp.oidc.authorize.policy import Facts, Need, next_need
from idp.oidc.authorize.request import AuthorizationRequest

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
        hinted_subject=given.get("hinted_subject", ""),
    )
    session = AuthContext(
        sid=SID, user_id=ADA, acr="aal1", amr=("pwd",), login_uid=given.get("login_uid", "another"),
        auth_time=NOW - dt.timedelta(seconds=given.get("age", 3600)),
    )  # fmt: skip
    return Facts(
        interaction=Interaction(uid=UID, request=request, started_at=NOW, consented_sid=given.get("consented_sid", "")),
        session=session if given.get("signed_in", True) else None,
        consented=frozenset(given.get("consented", ())),
        first_party=given.get("first_party", True),
        native=given.get("native", False),
        now=NOW,
    )


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
    assert next_need(facts(hinted_subject=str(uuid.UUID(int=9)))) is Need.LOGIN
    assert next_need(facts(hinted_subject=str(ADA))) is None


@pytest.mark.spec("OIDC Core", "3.1.2.4")
def test_a_third_party_needs_consent_to_every_scope_once() -> None:
    assert next_need(facts(first_party=False)) is Need.CONSENT
    assert next_need(facts(first_party=False, consented=["openid", "email", "phone"])) is None
    assert next_need(facts(first_party=False, consented=["openid"])) is Need.CONSENT


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_prompt_consent_asks_again_even_the_first_party() -> None:
    assert next_need(facts(prompt=("consent",), consented=["openid", "email"])) is Need.CONSENT
    assert next_need(facts(prompt=("consent",), consented_sid=str(SID))) is None


@pytest.mark.spec("RFC 8252", "8.6")
@pytest.mark.parametrize("uri", ["com.example.app:/cb", "http://127.0.0.1:7/cb", "http://[::1]/cb", "http://localhost/cb"])
def test_a_native_address_another_app_could_take_always_asks(uri: str) -> None:
    native = {"native": True, "redirect_uri": uri, "consented": ["openid", "email"]}
    assert next_need(facts(**native)) is Need.CONSENT
    assert next_need(facts(**native, first_party=False)) is Need.CONSENT
    assert next_need(facts(**native, consented_sid=str(SID))) is None
    assert next_need(facts(native=True)) is None


def test_consent_given_in_another_session_does_not_count() -> None:
    assert next_need(facts(first_party=False, consented_sid=str(uuid.UUID(int=9)))) is Need.CONSENT


@given(
    st.fixed_dictionaries(
        {
            "signed_in": st.booleans(), "first_party": st.booleans(), "native": st.booleans(),
            "prompt": st.lists(st.sampled_from(["login", "consent"]), unique=True).map(tuple),
            "max_age": st.none() | st.integers(0, 7200), "age": st.integers(0, 7200),
            "login_uid": st.sampled_from([UID, "other"]), "consented_sid": st.sampled_from(["", str(SID), "other"]),
            "hinted_subject": st.sampled_from(["", str(ADA), "other"]),
            "consented": st.lists(st.sampled_from(["openid", "email", "phone"])),
            "redirect_uri": st.sampled_from(["https://c.example/cb", "com.c:/cb", "http://127.0.0.1/cb"]),
        }
    )
)  # fmt: skip
def test_a_code_is_never_due_to_a_stranger_nor_a_third_party_unasked(case: dict[str, Any]) -> None:
    need = next_need(facts(**case))
    if need is None:
        assert case["signed_in"]
        assert case["hinted_subject"] in {"", str(ADA)}
        assert "login" not in case["prompt"] or case["login_uid"] == UID
        asked_here = case["consented_sid"] == str(SID)
        assert asked_here or "consent" not in case["prompt"]
        assert asked_here or case["first_party"] or {"openid", "email"} <= set(case["consented"])
