"""The order of a sign-in, as one table: what is missing decides the page. Pure, so every combination can be tested.

Steps never call each other. After each of them this table is read again from the top; the first line that matches wins.

| Missing                                                          | Step               |
|------------------------------------------------------------------|--------------------|
| nobody named, and an account is to be made                       | sign-up            |
| nobody named                                                     | identifier         |
| another service knows them, and there is no account yet          | join               |
| a new password, and the right to choose one was shown           | new-password       |
| a message about a forgotten password was asked for              | check-messages     |
| somebody new, whose address is not proven                        | verify-address     |
| somebody new, with nothing to sign in with yet                   | first-passkey      |
| not known by a first factor, as it and every factor are now,     |                    |
| or a factor is to be added by a session that is not recent       | password           |
| no address of the account was ever proven                        | verify-address     |
| too weak, there is a passkey, not recovering                     | passkey            |
| too weak, there is an app that was not asked yet, not recovering | authenticator-app  |
| too weak, and only a passkey is strong enough                    | set-up-passkey     |
| too weak, no factor or it was lost                               | set-up             |
| new recovery codes not yet confirmed as kept                     | recovery-codes     |
| the browser can make a passkey by itself, and was not asked yet  | upgrade            |
"""

from collections.abc import Callable, Mapping

from idp.core.specs import implements
from idp.login.acr import ONE_FACTOR, PHISHING_RESISTANT, meets, reached_acr, stronger
from idp.login.requirement import LoginRequirement
from idp.login.state import Facts
from idp.login.strength import floor_of, may_be_remembered, ordinary_floor_of, strongest_of
from idp.login.types import Proof, StepName
from idp.mfa.standing import Standing

Missing = Callable[[LoginRequirement, Facts, Standing], bool]


def required_acr(requirement: LoginRequirement, standing: Standing) -> str:
    """The highest of what the caller asks and what this person's role and own settings ask."""
    if requirement.strongest:
        own = strongest_of(standing)
    else:
        own = floor_of(standing) if requirement.anew else ordinary_floor_of(standing)
    return stronger(requirement.acr, own)


def _nobody_named(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return not facts.identifier


def _account_asked(requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return requirement.create and not facts.identifier


def _address_unproven(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return _credential_missing(_requirement, facts, _standing) and not facts.address_proven


def _credential_missing(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return facts.newcomer is not None and facts.user_id is None


def _account_due(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return facts.upstream is not None and facts.user_id is None


def _password_due(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return bool(facts.recovery_key)


def _message_awaited(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return facts.recovery_asked


def _unknown(requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    # Proofs without a person are no proof, nor is a password that was changed or a factor that was removed since: whatever is in
    # doubt asks again. A disabled account has no mark; it is refused where the session would be written.
    if facts.user_id is None or standing.password_mark not in {"", facts.password_mark}:
        return True
    if not standing.factors.issuperset(facts.factors) or _carries_too_little(requirement, facts, standing):
        return True
    return not meets(reached=reached_acr(facts.proofs), required=ONE_FACTOR)


@implements("RFC 9470", "5")
def _carries_too_little(requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    # What a session proved lets somebody be asked for one factor more. To add one, it must be as recent as on one's own pages.
    if facts.carried is None:
        return False
    has_enough = standing.has_passkey or (standing.has_totp and required_acr(requirement, standing) != PHISHING_RESISTANT)
    can_be_shown = has_enough and not facts.recovered
    return not requirement.step_up or not (can_be_shown or facts.carried.is_recent)


def _owner_unproven(_requirement: LoginRequirement, _facts: Facts, standing: Standing) -> bool:
    # Before any other factor: those may have been prepared by somebody else, and are void afterwards.
    return standing.is_unverified


def _passkey_due(requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    return _too_weak(requirement, facts, standing) and standing.has_passkey and not facts.recovered


def _app_due(requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    # Before somebody adds a passkey because one is asked for, they show the strongest they have.
    is_asked = Proof.OTP in facts.proofs or facts.recovered
    return _too_weak(requirement, facts, standing) and standing.has_totp and not is_asked


def _too_weak(requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    return not meets(reached=reached_acr(facts.proofs), required=required_acr(requirement, standing))


def _passkey_missing(requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    return _too_weak(requirement, facts, standing) and required_acr(requirement, standing) == PHISHING_RESISTANT


def _codes_not_kept(_requirement: LoginRequirement, facts: Facts, _standing: Standing) -> bool:
    return bool(facts.new_codes)


def _upgrade_due(_requirement: LoginRequirement, facts: Facts, standing: Standing) -> bool:
    return facts.may_upgrade and not standing.has_passkey


_TABLE: tuple[tuple[Missing, StepName], ...] = (
    (_account_asked, StepName.SIGN_UP),
    (_nobody_named, StepName.IDENTIFIER),
    (_account_due, StepName.JOIN),
    (_password_due, StepName.NEW_PASSWORD),
    (_message_awaited, StepName.CHECK_MESSAGES),
    (_address_unproven, StepName.VERIFY_ADDRESS),
    (_credential_missing, StepName.FIRST_PASSKEY),
    (_unknown, StepName.PASSWORD),
    (_owner_unproven, StepName.VERIFY_ADDRESS),
    (_passkey_due, StepName.PASSKEY),
    (_app_due, StepName.AUTHENTICATOR_APP),
    (_passkey_missing, StepName.SET_UP_PASSKEY),
    (_too_weak, StepName.SET_UP),
    (_codes_not_kept, StepName.RECOVERY_CODES),
    (_upgrade_due, StepName.UPGRADE),
)


@implements("OWASP ASVS 5.0", "6.3.4")
def next_step(requirement: LoginRequirement, facts: Facts, standing: Standing) -> StepName:
    """The page that adds what is missing first; COMPLETE when nothing is."""
    return next((step for is_missing, step in _TABLE if is_missing(requirement, facts, standing)), StepName.COMPLETE)


def open_steps(requirement: LoginRequirement, facts: Facts, standing: Standing) -> tuple[StepName, ...]:
    """The step that is due, and the other ways to give what it asks for, which the person may choose instead."""
    due = next_step(requirement, facts, standing)
    others = _instead_of(due, required_acr(requirement, standing), facts, standing)
    if facts.carried is None or facts.carried.is_recent or _LEAD_TO_A_NEW_FACTOR.isdisjoint(others):
        return (due, *others)
    return (due, *(step for step in others if step not in _LEAD_TO_A_NEW_FACTOR), StepName.PASSWORD)


def may_remember(facts: Facts, standing: Standing) -> bool:
    """Whether one may wish, beside a second factor, not to be asked again: after a password, where the role allows it.

    Not in a step-up: it is asked for because of what the person does, and would be asked again.
    """
    return Proof.PWD in facts.proofs and facts.carried is None and may_be_remembered(standing)


_LEAD_TO_A_NEW_FACTOR = frozenset({StepName.SET_UP, StepName.SET_UP_PASSKEY, StepName.RECOVERY_CODE})


# The same, where it depends on nothing else.
_INSTEAD: Mapping[StepName, tuple[StepName, ...]] = {
    StepName.SIGN_UP: (StepName.IDENTIFIER, StepName.PASSKEY, StepName.FORGOTTEN_PASSWORD),
    # The password came back to mind, or was changed on another device.
    StepName.CHECK_MESSAGES: (StepName.PASSWORD, StepName.FORGOTTEN_PASSWORD),
    StepName.FIRST_PASSKEY: (StepName.FIRST_PASSWORD,),
    StepName.AUTHENTICATOR_APP: (StepName.RECOVERY_CODE,),
    StepName.SET_UP: (StepName.SET_UP_PASSKEY,),
}


def _instead_of(due: StepName, required: str, facts: Facts, standing: Standing) -> tuple[StepName, ...]:
    match due:
        case StepName.IDENTIFIER:
            other = (StepName.SIGN_UP, StepName.FORGOTTEN_PASSWORD)
            return (StepName.PASSKEY, *other) if facts.user_id is None else other
        case StepName.PASSWORD:
            # A passkey says who it is: it stands in for both, as long as nobody is known.
            return (StepName.PASSKEY, StepName.FORGOTTEN_PASSWORD) if facts.user_id is None else (StepName.FORGOTTEN_PASSWORD,)
        case StepName.PASSKEY:
            # An app is another way up to its own level, and no way above.
            if standing.has_totp and required != PHISHING_RESISTANT:
                return (StepName.AUTHENTICATOR_APP, StepName.RECOVERY_CODE)
            # One that the browser made is no reason to be locked out: without it the password would add any factor too.
            is_bound = standing.has_totp or standing.asks_for_passkey
            return (StepName.RECOVERY_CODE,) if is_bound else (StepName.SET_UP_PASSKEY,)
        case _:
            return _INSTEAD.get(due, ())
