"""From proofs to levels."""

import pytest

from idp.login.acr import meets, reachable_acrs, reached_acr, stronger
from idp.login.types import Proof


@pytest.mark.spec("OIDC Core", "2")
def test_a_password_reaches_one_factor_with_a_code_two_and_nothing_reaches_nothing() -> None:
    assert reachable_acrs() == ("aal1", "aal2", "phr")
    assert reached_acr([Proof.PWD]) == "aal1"
    assert reached_acr([Proof.PWD, Proof.OTP]) == "aal2"
    assert reached_acr([Proof.OTP]) == ""
    assert reached_acr([]) == ""


@pytest.mark.spec("RFC 8176", "2")
def test_another_service_counts_for_one_factor_whatever_it_asked() -> None:
    assert reached_acr([Proof.FED]) == "aal1"
    assert reached_acr([Proof.FED, Proof.PWD]) == "aal1"
    assert reached_acr([Proof.FED, Proof.OTP]) == "aal2"
    assert reached_acr([Proof.FED, Proof.SWK, Proof.USER]) == "aal2"


@pytest.mark.spec("OIDC Core", "2")
@pytest.mark.parametrize("key", [Proof.HWK, Proof.SWK])
def test_a_passkey_is_a_second_factor_and_with_a_checked_owner_more_than_two(key: Proof) -> None:
    assert reached_acr([key, Proof.USER, Proof.VERIFIED]) == "phr"
    assert reached_acr([Proof.PWD, key, Proof.USER]) == "aal2"
    for too_little in ([key, Proof.USER], [key, Proof.VERIFIED], [Proof.USER, Proof.VERIFIED], [Proof.OTP, key, Proof.USER]):
        assert reached_acr(too_little) == ""


@pytest.mark.parametrize(("reached", "required"), [("", "aal1"), ("aal1", "loa3"), ("loa3", "aal1"), ("", "")])
def test_a_level_off_the_ladder_neither_meets_nor_is_met(reached: str, required: str) -> None:
    assert not meets(reached=reached, required=required)


def test_a_level_meets_itself_and_what_is_below() -> None:
    assert meets(reached="aal1", required="aal1")
    assert meets(reached="aal2", required="aal1")
    assert meets(reached="phr", required="aal2")
    assert not meets(reached="aal1", required="aal2")
    assert not meets(reached="aal2", required="phr")


@pytest.mark.parametrize(
    ("one", "other", "higher"), [("aal1", "aal2", "aal2"), ("aal2", "aal1", "aal2"), ("aal1", "aal1", "aal1")]
)
def test_the_stronger_of_two(one: str, other: str, higher: str) -> None:
    assert stronger(one, other) == higher
