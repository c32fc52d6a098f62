"""From proofs to levels."""

import pytest

from idp.login.acr import meets, reachable_acrs, reached_acr
from idp.login.types import Proof


@pytest.mark.spec("OIDC Core", "2")
def test_a_password_reaches_aal1_and_nothing_reaches_nothing() -> None:
    assert reachable_acrs() == ("aal1",)
    assert reached_acr([Proof.PWD]) == "aal1"
    assert reached_acr([]) == ""


@pytest.mark.parametrize(("reached", "required"), [("", "aal1"), ("aal1", "aal2"), ("aal2", "aal1"), ("", "")])
def test_a_level_off_the_ladder_neither_meets_nor_is_met(reached: str, required: str) -> None:
    assert not meets(reached=reached, required=required)


def test_a_level_meets_itself() -> None:
    assert meets(reached="aal1", required="aal1")
