"""The rule of the fresh proof, and what each use case does and refuses."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from pydantic import SecretStr

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.audit.selectors import list_events
from idp.authenticators.errors import LastFactor, NothingToRecover, ProofTooOld, SessionOver
from idp.authenticators.selectors import authenticators_of
from idp.authenticators.services.add_app import begin_app, begun_app, confirm_app
from idp.authenticators.services.change_factor import remove_factor, rename_factor
from idp.authenticators.services.fresh_proof import is_proven
from idp.authenticators.services.renew_recovery_codes import renew_recovery_codes
from idp.authenticators.tests.conftest import age, code_of, session_of, signed_in, with_app
from idp.core.auth_context import AuthContext
from idp.core.errors import IdpError
from idp.login.delays import FREE_FAILURES
from idp.login.errors import TooManyAttempts
from idp.login.models import SsoSession
from idp.login.services.count_attempt import count_factor_attempt
from idp.login.services.end_session import end_session
from idp.login.strength import FRESH_SECONDS
from idp.login.types import EndReason
from idp.mfa.errors import EnrolmentExpired, FactorRefused, NoSuchFactor, TooManyFactors
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.recovery_codes.services.regenerate import SET_SIZE
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.selectors import confirmed
from idp.mfa.types import MOST_OF_A_KIND, FactorKind

TOTP = FactorKind.TOTP
NOBODY = uuid.UUID(int=0)


def actor_of(person: User, app: TotpAuthenticator | None = None) -> AuthContext:
    """A sign-in of this moment."""
    signed_in(person, app)
    return SsoSession.objects.filter(user=person).latest("id").context


def every_change(actor: AuthContext, app: TotpAuthenticator) -> list[Callable[[], object]]:
    """Whatever shows a secret or changes something."""
    return [
        lambda: begin_app(actor=actor, name="Tablet"),
        lambda: begun_app(actor=actor, authenticator_id=app.pk),
        lambda: confirm_app(actor=actor, authenticator_id=app.pk, code=SecretStr("123456")),
        lambda: rename_factor(actor=actor, kind=TOTP, factor_id=app.pk, name="Mine"),
        lambda: remove_factor(actor=actor, kind=TOTP, factor_id=app.pk),
        lambda: renew_recovery_codes(actor=actor),
    ]


def refused(changes: list[Callable[[], object]]) -> list[type[IdpError]]:
    """What each of them raises; that nothing was changed is for the caller to see."""
    kinds = []
    for change in changes:
        with pytest.raises(IdpError) as caught:
            change()
        kinds.append(type(caught.value))
    return kinds


# --- The fresh proof --------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_a_proof_is_fresh_for_ten_minutes(ada: User) -> None:
    actor_of(ada)
    for seconds, proven in ((0, True), (FRESH_SECONDS - 5, True), (FRESH_SECONDS + 5, False)):
        age(ada, seconds)
        assert is_proven(session_of(ada).context) is proven


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_nothing_is_shown_or_changed_by_an_old_sign_in(ada: User) -> None:
    app = with_app(ada)
    actor_of(ada, app)
    age(ada, FRESH_SECONDS + 5)
    before = (list(TotpAuthenticator.objects.values()), codes_left(ada.pk))
    assert set(refused(every_change(session_of(ada).context, app))) == {ProofTooOld}
    assert (list(TotpAuthenticator.objects.values()), codes_left(ada.pk)) == before


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_a_password_alone_takes_no_factor_away(ada: User) -> None:
    actor = actor_of(ada)
    # Two factors are there by now; this session knows of one.
    app = with_app(ada)
    SsoSession.objects.update(ended_at=None, end_reason="")
    assert set(refused(every_change(actor, app))) == {ProofTooOld}
    assert confirmed(ada.pk).count() == 1


def test_a_role_that_must_have_two_factors_proves_two_even_before_it_has_them(ada: User) -> None:
    actor = actor_of(ada)
    User.objects.filter(pk=ada.pk).update(role="vendor")
    with pytest.raises(ProofTooOld):
        begin_app(actor=actor, name="Phone")


def test_a_session_that_ended_or_an_account_that_was_disabled_changes_nothing(ada: User) -> None:
    app = with_app(ada)
    actor = actor_of(ada, app)
    end_session(sid=actor.sid, reason=EndReason.LOGOUT)
    changes = every_change(actor, app)
    # Showing is the page's own question, which asks for a live session; the rest is refused here.
    assert set(refused([changes[0], *changes[2:]])) == {SessionOver}
    again = actor_of(ada, app)
    set_active(user_id=ada.pk, active=False)
    assert SessionOver in refused([lambda: rename_factor(actor=again, kind=TOTP, factor_id=app.pk, name="x")])


# --- Adding -----------------------------------------------------------------------------------------------------------
def test_the_first_app_comes_with_recovery_codes_and_the_second_without(ada: User) -> None:
    actor = actor_of(ada)
    begun = begin_app(actor=actor, name="Phone")
    assert begun_app(actor=actor, authenticator_id=begun.pk).pk == begun.pk
    first = confirm_app(actor=actor, authenticator_id=begun.pk, code=SecretStr(code_of(begun)))
    assert (len(first.recovery_codes), codes_left(ada.pk)) == (SET_SIZE, SET_SIZE)
    assert (first.authenticator.name, first.authenticator.kind) == ("Phone", "totp")

    actor = actor_of(ada, begun)
    more = begin_app(actor=actor, name="Tablet")
    second = confirm_app(actor=actor, authenticator_id=more.pk, code=SecretStr(code_of(more)))
    assert second.recovery_codes == ()
    assert [factor.name for factor in authenticators_of(ada).authenticators] == ["Phone", "Tablet"]


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_the_session_that_adds_or_removes_goes_on_and_all_others_end(ada: User) -> None:
    app = with_app(ada)
    elsewhere, acting = actor_of(ada, app), actor_of(ada, app)
    remove_factor(actor=acting, kind=TOTP, factor_id=app.pk)
    assert session_of(ada).pk == acting.sid
    assert SsoSession.objects.get(pk=elsewhere.sid).end_reason == "factors_changed"

    signed_in(ada)
    begun = begin_app(actor=acting, name="Phone")
    confirm_app(actor=acting, authenticator_id=begun.pk, code=SecretStr(code_of(begun)))
    assert session_of(ada).pk == acting.sid


@pytest.mark.spec("RFC 4226", "7.3")
def test_first_codes_are_counted_and_a_refusal_is_on_record(ada: User) -> None:
    actor = actor_of(ada)
    begun = begin_app(actor=actor, name="Phone")
    for _ in range(FREE_FAILURES):
        with pytest.raises(FactorRefused):
            confirm_app(actor=actor, authenticator_id=begun.pk, code=SecretStr("000000"))
    assert list_events(user_id=ada.pk)[0].event == "factor_refused"
    # Also for another secret: the person is counted, not the app.
    begun = begin_app(actor=actor, name="Phone")
    with pytest.raises(TooManyAttempts):
        confirm_app(actor=actor, authenticator_id=begun.pk, code=SecretStr(code_of(begun)))
    assert not confirmed(ada.pk).exists()


def test_a_right_first_code_forgives_no_guesses_at_the_factor_that_counts(ada: User) -> None:
    app = with_app(ada)
    actor = actor_of(ada, app)
    for _ in range(FREE_FAILURES):
        count_factor_attempt(user_id=ada.pk)
    begun = begin_app(actor=actor, name="Tablet")
    confirm_app(actor=actor, authenticator_id=begun.pk, code=SecretStr(code_of(begun)))
    with pytest.raises(TooManyAttempts):
        count_factor_attempt(user_id=ada.pk)


def test_nobody_confirms_or_sees_what_another_person_began(ada: User, vera: User) -> None:
    theirs = begin_app(actor=actor_of(vera, with_app(vera)), name="Phone")
    actor = actor_of(ada)
    for use in (
        lambda: begun_app(actor=actor, authenticator_id=theirs.pk),
        lambda: confirm_app(actor=actor, authenticator_id=theirs.pk, code=SecretStr(code_of(theirs))),
    ):
        with pytest.raises(EnrolmentExpired):
            use()


def test_there_is_a_limit(ada: User) -> None:
    for number in range(MOST_OF_A_KIND):
        app = with_app(ada, f"Phone {number}")
    with pytest.raises(TooManyFactors):
        begin_app(actor=actor_of(ada, app), name="One more")


# --- Changing ---------------------------------------------------------------------------------------------------------
def test_a_factor_is_renamed(ada: User) -> None:
    app = with_app(ada)
    assert rename_factor(actor=actor_of(ada, app), kind=TOTP, factor_id=app.pk, name="My phone").name == "My phone"
    assert list_events(user_id=ada.pk)[0].event == "factor_renamed"


def test_with_the_last_factor_go_the_recovery_codes(ada: User) -> None:
    app = with_app(ada)
    remove_factor(actor=actor_of(ada, app), kind=TOTP, factor_id=app.pk)
    held = authenticators_of(ada)
    assert (held.authenticators, held.recovery_codes_left, held.required) == ((), 0, False)
    assert [event.detail["kind"] for event in list_events(user_id=ada.pk) if event.event == "factor_removed"] == [
        "recovery_codes", "totp",
    ]  # fmt: skip


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
def test_a_role_that_must_have_a_factor_keeps_the_last_one(vera: User) -> None:
    first, second = with_app(vera), with_app(vera, "Tablet")
    actor = actor_of(vera, first)
    remove_factor(actor=actor, kind=TOTP, factor_id=first.pk)
    with pytest.raises(LastFactor):
        remove_factor(actor=actor, kind=TOTP, factor_id=second.pk)
    assert [app.pk for app in confirmed(vera.pk)] == [second.pk]
    assert codes_left(vera.pk) == SET_SIZE
    assert session_of(vera).pk == actor.sid


@pytest.mark.parametrize("kind", list(FactorKind))
def test_a_factor_of_somebody_else_does_not_exist(ada: User, vera: User, kind: FactorKind) -> None:
    theirs = with_app(vera)
    actor = actor_of(ada)
    for factor_id in (theirs.pk, NOBODY):
        with pytest.raises(NoSuchFactor):
            rename_factor(actor=actor, kind=kind, factor_id=factor_id, name="Mine")
        with pytest.raises(NoSuchFactor):
            remove_factor(actor=actor, kind=kind, factor_id=factor_id)
    assert confirmed(vera.pk).get().name == "Phone"


def test_new_recovery_codes_void_the_old_ones_and_need_something_to_recover(ada: User, vera: User) -> None:
    app = with_app(vera)
    assert len(renew_recovery_codes(actor=actor_of(vera, app)).recovery_codes) == SET_SIZE == codes_left(vera.pk)
    with pytest.raises(NothingToRecover):
        renew_recovery_codes(actor=actor_of(ada))


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_new_recovery_codes_end_the_sessions_of_whoever_saw_the_old_ones(ada: User) -> None:
    app = with_app(ada)
    elsewhere, acting = actor_of(ada, app), actor_of(ada, app)
    renew_recovery_codes(actor=acting)
    assert session_of(ada).pk == acting.sid
    assert SsoSession.objects.get(pk=elsewhere.sid).end_reason == "factors_changed"


# --- At once ----------------------------------------------------------------------------------------------------------
def at_once(*changes: Callable[[], object]) -> list[object]:
    """What each returned or raised."""

    def run(change: Callable[[], object]) -> object:
        try:
            return change()
        except IdpError as raised:
            return type(raised)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(changes)) as pool:
        return list(pool.map(run, changes))


@pytest.mark.django_db(transaction=True)
def test_of_two_last_factors_removed_at_once_one_stays(vera: User) -> None:
    first, second = with_app(vera), with_app(vera, "Tablet")
    actor = actor_of(vera, first)
    results = at_once(*(lambda app=app: remove_factor(actor=actor, kind=TOTP, factor_id=app.pk) for app in (first, second)))
    assert sorted(map(str, results)) == sorted([str(None), str(LastFactor)])
    assert confirmed(vera.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_that_change_factors_at_once_one_survives(ada: User) -> None:
    first, second = with_app(ada), with_app(ada, "Tablet")
    signed_in(ada, first)
    signed_in(ada, second)
    actors = [session.context for session in SsoSession.objects.filter(user=ada, ended_at=None)]
    results = at_once(
        lambda: remove_factor(actor=actors[0], kind=TOTP, factor_id=first.pk),
        lambda: remove_factor(actor=actors[1], kind=TOTP, factor_id=second.pk),
    )
    assert sorted(map(str, results)) == sorted([str(None), str(SessionOver)])
    assert session_of(ada).pk == actors[results.index(None)].sid
