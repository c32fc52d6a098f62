"""The table of the sign-in, over every combination of facts."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.login.acr import meets, reachable_acrs, reached_acr
from idp.login.orchestrator import next_step
from idp.login.requirement import LoginRequirement
from idp.login.state import Facts
from idp.login.types import Proof, StepName

REQUIREMENTS = st.builds(
    LoginRequirement,
    uid=st.just("u" * 32),
    return_to=st.just("/"),
    acr=st.sampled_from(reachable_acrs()),
    fresh=st.booleans(),
    login_hint=st.sampled_from(["", "ada@example.com"]),
)
FACTS = st.builds(
    Facts,
    identifier=st.sampled_from(["", "ada@example.com"]),
    user_id=st.none() | st.uuids(version=4),
    proofs=st.lists(st.sampled_from(Proof), unique=True).map(tuple),
)


@given(requirement=REQUIREMENTS, facts=FACTS)
def test_it_completes_only_with_a_named_person_proved_to_the_required_level(requirement: LoginRequirement, facts: Facts) -> None:
    proved = facts.user_id is not None and meets(reached=reached_acr(facts.proofs), required=requirement.acr)
    assert (next_step(requirement, facts) is StepName.COMPLETE) == (bool(facts.identifier) and proved)


@given(requirement=REQUIREMENTS, facts=FACTS)
def test_nobody_is_asked_for_a_proof_before_being_named(requirement: LoginRequirement, facts: Facts) -> None:
    assert (next_step(requirement, facts) is StepName.IDENTIFIER) == (facts.identifier == "")


@given(requirement=REQUIREMENTS, facts=FACTS)
def test_the_hint_and_freshness_never_change_the_order(requirement: LoginRequirement, facts: Facts) -> None:
    plain = requirement.model_copy(update={"login_hint": "", "fresh": False})
    assert next_step(requirement, facts) is next_step(plain, facts)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts(), StepName.IDENTIFIER),
        (Facts(identifier="ada@example.com"), StepName.PASSWORD),
        (Facts(identifier="ada@example.com", user_id=uuid.uuid4()), StepName.PASSWORD),
        (Facts(identifier="ada@example.com", proofs=(Proof.PWD,)), StepName.PASSWORD),
        (Facts(user_id=uuid.uuid4(), proofs=(Proof.PWD,)), StepName.IDENTIFIER),
        (Facts(identifier="ada@example.com", user_id=uuid.uuid4(), proofs=(Proof.PWD,)), StepName.COMPLETE),
    ],
)
def test_the_table_line_by_line(facts: Facts, step: StepName) -> None:
    assert next_step(LoginRequirement(uid="u" * 32, return_to="/"), facts) is step
