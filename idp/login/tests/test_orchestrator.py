"""The table of the sign-in, over every combination of facts, of what a person has and of what is asked."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.login.acr import meets, reachable_acrs, reached_acr
from idp.login.orchestrator import may_remember, next_step, open_steps, required_acr
from idp.login.requirement import LoginRequirement
from idp.login.state import Carried, Facts, Newcomer
from idp.login.types import Proof, StepName
from idp.mfa.standing import Standing
from idp.mfa.webauthn.types import FirstPasskey

REQUIREMENTS = st.builds(
    LoginRequirement,
    uid=st.just("u" * 32),
    return_to=st.just("/"),
    acr=st.sampled_from(reachable_acrs()),
    fresh=st.booleans(),
    anew=st.booleans(),
    strongest=st.booleans(),
    step_up=st.booleans(),
    create=st.booleans(),
    login_hint=st.sampled_from(["", "ada@example.com"]),
)
# Few ids, so that what was proved and what there is meet as often as not.
IDS = [uuid.UUID(int=number, version=4) for number in range(3)]
NEWCOMER = Newcomer(role="client", given_name="Ngozi", family_name="Eze", password="a hash")
WISH = FirstPasskey(person=IDS[0], handle="h")
PASSKEY_WISHED = Newcomer(role="client", given_name="Ngozi", family_name="Eze", passkey=WISH)
MOMENT = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
RECENT, OLD = (
    Carried(sid=IDS[0], login_uid="l" * 32, since=MOMENT, until=MOMENT, is_recent=is_recent) for is_recent in (True, False)
)
FACTS = st.builds(
    Facts,
    identifier=st.sampled_from(["", "ada@example.com"]),
    user_id=st.none() | st.uuids(version=4),
    newcomer=st.sampled_from([None, NEWCOMER, PASSKEY_WISHED]),
    address_proven=st.booleans(),
    proofs=st.lists(st.sampled_from(Proof), unique=True).map(tuple),
    factors=st.lists(st.sampled_from(IDS), unique=True).map(tuple),
    password_mark=st.sampled_from(["", "then", "now"]),
    recovered=st.booleans(),
    carried=st.sampled_from([None, RECENT, OLD]),
    enrolling=st.none() | st.uuids(version=4),
    may_upgrade=st.booleans(),
    remember=st.booleans(),
    new_codes=st.sampled_from([(), ("0123AB-CDEFGH-JKMNPQ-RSTVWX",)]),
)
STANDINGS = st.builds(
    Standing,
    bound_by_role=st.booleans(),
    is_unverified=st.booleans(),
    has_totp=st.booleans(),
    has_passkey=st.booleans(),
    asks_for_passkey=st.booleans(),
    factors=st.frozensets(st.sampled_from(IDS)),
    password_mark=st.sampled_from(["", "now"]),
    is_remembered=st.booleans(),
).filter(lambda standing: standing.has_passkey or not standing.asks_for_passkey)

SOMEBODY = uuid.uuid4()
KNOWN = Facts(identifier="ada@example.com", user_id=SOMEBODY, proofs=(Proof.PWD,))
STRONG = KNOWN.learning(proofs=(Proof.PWD, Proof.OTP))
PASSWORDLESS = KNOWN.learning(proofs=(Proof.SWK, Proof.USER, Proof.VERIFIED))
BOTH = Standing(has_totp=True, has_passkey=True, asks_for_passkey=True)


def key_in(facts: Facts) -> bool:
    return Proof.USER in facts.proofs and bool({Proof.HWK, Proof.SWK} & set(facts.proofs))


# Of passkeys those that an owner's devices share; that the others lead to the same pages is a test of its own.
PROOFS = [proof for proof in Proof if proof is not Proof.HWK]
PROVED = list(chain.from_iterable(combinations(PROOFS, size) for size in range(len(PROOFS) + 1)))
ASKED = [
    LoginRequirement(uid="u" * 32, return_to="/", acr=acr, strongest=strongest)
    for acr, strongest in product(reachable_acrs(), (False, True))
]
HELD = [
    Standing(bound_by_role=bound, is_unverified=unverified, has_totp=app, has_passkey=key, asks_for_passkey=asks)
    for bound, unverified, app, (key, asks) in product(
        (False, True), (False, True), (False, True), ((False, False), (True, False), (True, True))
    )
]
CODES = ("0123AB-CDEFGH-JKMNPQ-RSTVWX",)

Case = tuple[LoginRequirement, Facts, Standing]


def complete_ones(*, carried: Carried | None = None) -> Iterator[Case]:
    """Of every combination of what completeness depends on, those the table calls complete."""
    asked = [wish.model_copy(update={"step_up": carried is not None}) for wish in ASKED]
    base = KNOWN.learning(carried=carried)
    learned = [
        base.learning(proofs=proofs, identifier=identifier, user_id=user_id, factors=factors, password_mark=mark, new_codes=codes)
        for proofs, identifier, user_id, factors, mark, codes in product(
            PROVED, ("", "ada@example.com"), (None, SOMEBODY), ((), (IDS[0],)), ("then", "now"), ((), CODES)
        )
    ]
    held = [
        replace(standing, factors=frozenset(ids), password_mark=mark)
        for standing, ids, mark in product(HELD, ((), (IDS[0],)), ("", "now"))
    ]
    for case in product(asked, learned, held):
        if next_step(*case) is StepName.COMPLETE:
            yield case


# Millions of calls of a few lines, which all other tests of this file run as well.
@pytest.mark.unmeasured
@pytest.mark.parametrize("carried", [None, RECENT, OLD])
def test_nobody_is_complete_without_the_proofs_that_caller_role_and_person_ask_for(carried: Carried | None) -> None:
    seen = 0
    for seen, (requirement, facts, standing) in enumerate(complete_ones(carried=carried), 1):  # noqa: B007 - counts what was judged
        must_be_proven(requirement, facts, standing)
    assert seen > 1000


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_a_key_that_leaves_its_device_leads_where_one_that_does_not_leads(
    requirement: LoginRequirement, facts: Facts, standing: Standing
) -> None:
    leaves, stays = (
        facts.learning(proofs=tuple(kind if proof in {Proof.HWK, Proof.SWK} else proof for proof in facts.proofs))
        for kind in (Proof.SWK, Proof.HWK)
    )
    assert open_steps(requirement, stays, standing) == open_steps(requirement, leaves, standing)


def must_be_proven(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    # Said again in other words than the ladder's.
    phishing_resistant = key_in(facts) and Proof.VERIFIED in facts.proofs
    first = Proof.PWD in facts.proofs or Proof.FED in facts.proofs
    two_factors = phishing_resistant or (first and (Proof.OTP in facts.proofs or key_in(facts)))
    assert facts.identifier
    assert facts.user_id is not None
    assert first or phishing_resistant
    if standing.bound_by_role or requirement.acr in {"aal2", "phr"}:
        assert two_factors
    # A remembered device counts in an ordinary sign-in alone.
    is_ordinary = not (requirement.anew or requirement.strongest)
    if (standing.has_totp or standing.asks_for_passkey) and not (standing.is_remembered and is_ordinary):
        assert two_factors
    if requirement.acr == "phr" or (requirement.strongest and standing.asks_for_passkey):
        assert phishing_resistant
    assert set(facts.factors) <= standing.factors
    assert standing.password_mark in {"", facts.password_mark}
    assert not facts.new_codes
    assert not standing.is_unverified


def is_settled(facts: Facts, standing: Standing) -> bool:
    """Nothing that was proved has changed, and nothing but proofs is outstanding."""
    unchanged = set(facts.factors) <= standing.factors and standing.password_mark in {"", facts.password_mark}
    if facts.carried is not None:
        return False
    return unchanged and not facts.new_codes and not facts.may_upgrade and not standing.is_unverified


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_whoever_proved_enough_is_never_asked_again(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    enough = meets(reached=reached_acr(facts.proofs), required=required_acr(requirement, standing))
    if facts.identifier and facts.user_id and enough and is_settled(facts, standing):
        assert next_step(requirement, facts, standing) is StepName.COMPLETE


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_nobody_is_asked_for_a_proof_before_being_named(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    first = StepName.SIGN_UP if requirement.create else StepName.IDENTIFIER
    assert (next_step(requirement, facts, standing) is first) == (facts.identifier == "")


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_nobody_new_gets_past_the_code_before_there_is_an_account(
    requirement: LoginRequirement, facts: Facts, standing: Standing
) -> None:
    is_new = facts.identifier != "" and facts.newcomer is not None and facts.user_id is None
    steps = open_steps(requirement, facts, standing)
    if is_new or not standing.is_unverified:
        assert (steps == (StepName.VERIFY_ADDRESS,)) == (is_new and not facts.address_proven)
    # The account is made with something to sign in with, and by nobody else.
    first = (StepName.FIRST_PASSKEY, StepName.FIRST_PASSWORD)
    assert (steps == first) == (is_new and facts.address_proven)
    assert set(steps).isdisjoint(first) or steps == first


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_whoever_is_known_gets_no_further_than_the_code_while_no_address_is_proven(
    requirement: LoginRequirement, facts: Facts, standing: Standing
) -> None:
    if standing.is_unverified:
        first = {StepName.IDENTIFIER, StepName.SIGN_UP, StepName.PASSWORD, StepName.VERIFY_ADDRESS}
        # Somebody new has no account whose address could be unproven.
        first |= {StepName.FIRST_PASSKEY, StepName.FIRST_PASSWORD}
        assert next_step(requirement, facts, standing) in first
        # Nothing of the account is in reach: no factor is added, shown or replaced, and no code spent.
        beside = {StepName.PASSKEY, StepName.FORGOTTEN_PASSWORD} if facts.user_id is None or not facts.identifier else set()
        assert set(open_steps(requirement, facts, standing)) <= {*first, *beside, StepName.FORGOTTEN_PASSWORD}


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_factors_are_out_of_reach_before_the_password(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    steps = set(open_steps(requirement, facts, standing))
    if facts.user_id is None or reached_acr(facts.proofs) == "":
        first = {StepName.IDENTIFIER, StepName.SIGN_UP, StepName.VERIFY_ADDRESS, StepName.FORGOTTEN_PASSWORD}
        first |= {StepName.FIRST_PASSKEY, StepName.FIRST_PASSWORD}
        assert steps <= {*first, StepName.PASSWORD, StepName.PASSKEY}
    # A passkey stands in for a password only while nobody is known: else it would be shown for somebody else. In a step-up it is
    # the password that stands in, for whoever would otherwise add a factor with a sign-in that is old.
    if StepName.PASSWORD in steps and StepName.PASSKEY in steps:
        lacks_more = next_step(requirement, facts, standing) is not StepName.PASSWORD
        assert facts.user_id is None or (requirement.step_up and facts.carried is OLD and lacks_more)
    # A factor that is there is never replaced by setting up another one, unless a recovery code was spent; one that the
    # browser made by itself is no such factor, and an app is asked for before a stronger one is added.
    if StepName.SET_UP in steps:
        assert facts.recovered or not (standing.has_totp or standing.has_passkey)
    if StepName.SET_UP_PASSKEY in steps:
        assert facts.recovered or not (standing.asks_for_passkey or (standing.has_totp and Proof.OTP not in facts.proofs))


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_the_hint_and_freshness_never_change_the_order(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    plain = requirement.model_copy(update={"login_hint": "", "fresh": False})
    assert next_step(requirement, facts, standing) is next_step(plain, facts, standing)


# --- What a session proved before -----------------------------------------------------------------------------------------
ADDING = {StepName.SET_UP, StepName.SET_UP_PASSKEY, StepName.RECOVERY_CODE}


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_session_never_leads_to_a_new_factor(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    if facts.carried is OLD:
        assert ADDING.isdisjoint(open_steps(requirement, facts, standing))


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_what_a_session_proved_counts_in_a_step_up_alone(requirement: LoginRequirement, facts: Facts, standing: Standing) -> None:
    step = next_step(requirement, facts, standing)
    if facts.carried is not None and not requirement.step_up:
        assert step in BEFORE_ANY_PROOF
    # Where it counts, it counts no more than the same proofs made now.
    if step is StepName.COMPLETE:
        assert next_step(requirement, facts.learning(carried=None), standing) is StepName.COMPLETE


@given(requirement=REQUIREMENTS, facts=FACTS, standing=STANDINGS)
def test_a_recent_session_is_as_good_as_the_same_proofs_made_now(
    requirement: LoginRequirement, facts: Facts, standing: Standing
) -> None:
    asked, now = requirement.model_copy(update={"step_up": True}), facts.learning(carried=None)
    assert open_steps(asked, facts.learning(carried=RECENT), standing) == open_steps(asked, now, standing)


BEFORE_ANY_PROOF = {
    StepName.SIGN_UP, StepName.IDENTIFIER, StepName.VERIFY_ADDRESS, StepName.PASSWORD, StepName.CHECK_MESSAGES,
    StepName.NEW_PASSWORD, StepName.FIRST_PASSKEY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("acr", "standing", "steps"),
    [
        ("aal2", Standing(has_totp=True), (StepName.AUTHENTICATOR_APP, StepName.PASSWORD)),
        ("aal2", BOTH, (StepName.PASSKEY, StepName.AUTHENTICATOR_APP, StepName.PASSWORD)),
        ("phr", BOTH, (StepName.PASSKEY, StepName.PASSWORD)),
        ("phr", Standing(has_totp=True), (StepName.PASSWORD, StepName.FORGOTTEN_PASSWORD)),
        ("aal2", Standing(), (StepName.PASSWORD, StepName.FORGOTTEN_PASSWORD)),
        ("aal2", Standing(has_passkey=True), (StepName.PASSKEY, StepName.PASSWORD)),
    ],
)
def test_an_old_session_is_asked_for_what_it_lacks_and_the_password_leads_to_everything_else(
    acr: str, standing: Standing, steps: tuple[StepName, ...]
) -> None:
    asked = LoginRequirement(uid="u" * 32, return_to="/", acr=acr, step_up=True)
    assert open_steps(asked, KNOWN.learning(carried=OLD), standing) == steps


# --- Line by line ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "standing", "step"),
    [
        (Facts(), Standing(), StepName.IDENTIFIER),
        (Facts(identifier="ada@example.com"), Standing(), StepName.PASSWORD),
        (Facts(identifier="new@example.com", newcomer=NEWCOMER), Standing(), StepName.VERIFY_ADDRESS),
        (Facts(identifier="new@example.com", newcomer=PASSKEY_WISHED), Standing(), StepName.VERIFY_ADDRESS),
        (Facts(identifier="n@example.com", newcomer=PASSKEY_WISHED, address_proven=True), Standing(), StepName.FIRST_PASSKEY),
        (KNOWN.learning(proofs=()), Standing(), StepName.PASSWORD),
        (KNOWN.learning(user_id=None), Standing(), StepName.PASSWORD),
        (KNOWN, Standing(password_mark="changed since"), StepName.PASSWORD),
        (STRONG, Standing(password_mark="changed since", has_totp=True), StepName.PASSWORD),
        (KNOWN.learning(proofs=(Proof.OTP,)), Standing(has_totp=True), StepName.PASSWORD),
        (KNOWN.learning(identifier=""), Standing(), StepName.IDENTIFIER),
        (KNOWN, Standing(), StepName.COMPLETE),
        (KNOWN, Standing(is_unverified=True), StepName.VERIFY_ADDRESS),
        (STRONG, Standing(is_unverified=True, has_totp=True), StepName.VERIFY_ADDRESS),
        (KNOWN, Standing(is_unverified=True, bound_by_role=True), StepName.VERIFY_ADDRESS),
        (KNOWN, Standing(has_totp=True), StepName.AUTHENTICATOR_APP),
        (KNOWN, Standing(bound_by_role=True, has_totp=True), StepName.AUTHENTICATOR_APP),
        (KNOWN, Standing(bound_by_role=True), StepName.SET_UP),
        (KNOWN.learning(recovered=True), Standing(has_totp=True), StepName.SET_UP),
        (STRONG, Standing(bound_by_role=True, has_totp=True), StepName.COMPLETE),
        (STRONG.learning(new_codes=("x",)), Standing(has_totp=True), StepName.RECOVERY_CODES),
        (KNOWN, BOTH, StepName.PASSKEY),
        (KNOWN, Standing(has_passkey=True), StepName.COMPLETE),
        (KNOWN, Standing(has_passkey=True, bound_by_role=True), StepName.PASSKEY),
        (KNOWN.learning(recovered=True), BOTH, StepName.SET_UP),
        (STRONG, BOTH, StepName.COMPLETE),
        (PASSWORDLESS, BOTH, StepName.COMPLETE),
        (PASSWORDLESS.learning(proofs=(Proof.HWK, Proof.USER)), BOTH, StepName.PASSWORD),
        (PASSWORDLESS.learning(factors=(SOMEBODY,)), BOTH, StepName.PASSWORD),
        (KNOWN.learning(may_upgrade=True), Standing(), StepName.UPGRADE),
        (KNOWN.learning(may_upgrade=True), Standing(bound_by_role=True), StepName.SET_UP),
        (KNOWN.learning(may_upgrade=True), Standing(has_passkey=True), StepName.COMPLETE),
    ],
)
def test_the_table_line_by_line(facts: Facts, standing: Standing, step: StepName) -> None:
    assert next_step(LoginRequirement(uid="u" * 32, return_to="/"), facts, standing) is step


def test_a_caller_may_ask_for_two_factors() -> None:
    requirement = LoginRequirement(uid="u" * 32, return_to="/", acr="aal2")
    assert next_step(requirement, KNOWN, Standing()) is StepName.SET_UP
    assert next_step(requirement, KNOWN, Standing(has_totp=True)) is StepName.AUTHENTICATOR_APP
    assert next_step(requirement, STRONG, Standing(has_totp=True)) is StepName.COMPLETE


def test_a_remembered_device_spares_the_factor_that_only_the_person_asks_for() -> None:
    known, owner = Standing(has_totp=True, is_remembered=True), {"uid": "u" * 32, "return_to": "/"}
    assert next_step(LoginRequirement.model_validate(owner), KNOWN, known) is StepName.COMPLETE
    # Never the password, never what a caller wants, never a role's.
    assert next_step(LoginRequirement.model_validate(owner), Facts(identifier="ada@example.com"), known) is StepName.PASSWORD
    for wish in ({"acr": "aal2"}, {"anew": True}, {"strongest": True}):
        assert next_step(LoginRequirement.model_validate({**owner, **wish}), KNOWN, known) is StepName.AUTHENTICATOR_APP
    staff = Standing(has_totp=True, is_remembered=True, bound_by_role=True)
    assert next_step(LoginRequirement.model_validate(owner), KNOWN, staff) is StepName.AUTHENTICATOR_APP


def test_only_who_gave_a_password_and_is_free_to_do_without_may_be_remembered() -> None:
    assert may_remember(KNOWN, Standing(has_totp=True))
    assert not may_remember(KNOWN, Standing(has_totp=True, bound_by_role=True))
    assert not may_remember(PASSWORDLESS, BOTH)
    assert not may_remember(KNOWN.learning(carried=RECENT), Standing(has_totp=True))


def test_a_recovery_code_may_be_used_where_the_app_is_asked_for_and_nowhere_else() -> None:
    requirement = LoginRequirement(uid="u" * 32, return_to="/")
    asked = open_steps(requirement, KNOWN, Standing(has_totp=True))
    assert asked == (StepName.AUTHENTICATOR_APP, StepName.RECOVERY_CODE)
    for facts, standing in ((KNOWN, Standing(bound_by_role=True)), (Facts(identifier="a"), Standing(has_totp=True))):
        assert StepName.RECOVERY_CODE not in open_steps(requirement, facts, standing)


def test_whoever_lacks_the_passkey_that_is_asked_for_adds_one_after_the_strongest_they_have() -> None:
    asked = LoginRequirement(uid="u" * 32, return_to="/", acr="phr")
    assert next_step(asked, KNOWN, Standing()) is StepName.SET_UP_PASSKEY
    assert next_step(asked, KNOWN, Standing(has_totp=True)) is StepName.AUTHENTICATOR_APP
    assert next_step(asked, STRONG, Standing(has_totp=True)) is StepName.SET_UP_PASSKEY
    assert next_step(asked, KNOWN, BOTH) is StepName.PASSKEY
    assert next_step(asked, KNOWN.learning(recovered=True), BOTH) is StepName.SET_UP_PASSKEY
    # A key that did not check its owner is not enough, and is asked again.
    assert next_step(asked, KNOWN.learning(proofs=(Proof.PWD, Proof.HWK, Proof.USER)), BOTH) is StepName.PASSKEY
    assert next_step(asked, PASSWORDLESS, BOTH) is StepName.COMPLETE


def test_the_strongest_they_have_is_asked_of_who_changes_how_they_sign_in() -> None:
    asked = LoginRequirement(uid="u" * 32, return_to="/", strongest=True)
    assert next_step(asked, KNOWN, Standing()) is StepName.COMPLETE
    assert next_step(asked, STRONG, Standing(has_totp=True)) is StepName.COMPLETE
    assert next_step(asked, STRONG, BOTH) is StepName.PASSKEY
    # One that the browser made by itself raises nothing.
    assert next_step(asked, KNOWN, Standing(has_passkey=True)) is StepName.COMPLETE


def test_other_ways_are_open_as_far_as_they_reach() -> None:
    plain, strict = (LoginRequirement(uid="u" * 32, return_to="/", acr=acr) for acr in ("aal1", "phr"))
    nobody = Facts(identifier="ada@example.com")
    assert open_steps(plain, nobody, Standing()) == (StepName.PASSWORD, StepName.PASSKEY, StepName.FORGOTTEN_PASSWORD)
    asked = nobody.learning(recovery_asked=True)
    assert open_steps(plain, asked, Standing()) == (StepName.CHECK_MESSAGES, StepName.PASSWORD, StepName.FORGOTTEN_PASSWORD)
    # Whoever holds a key is asked for the password it is good for, and for nothing that would show who is signed in.
    assert open_steps(plain, asked.learning(recovery_key="k"), Standing()) == (StepName.NEW_PASSWORD,)
    assert next_step(plain, nobody.learning(recovery_done=True), Standing()) is StepName.PASSWORD
    assert open_steps(plain, KNOWN, BOTH) == (StepName.PASSKEY, StepName.AUTHENTICATOR_APP, StepName.RECOVERY_CODE)
    assert open_steps(strict, KNOWN, BOTH) == (StepName.PASSKEY, StepName.RECOVERY_CODE)
    assert open_steps(plain, KNOWN, Standing(bound_by_role=True)) == (StepName.SET_UP, StepName.SET_UP_PASSKEY)
    made_by_browser = Standing(bound_by_role=True, has_passkey=True)
    assert open_steps(plain, KNOWN, made_by_browser) == (StepName.PASSKEY, StepName.SET_UP_PASSKEY)
