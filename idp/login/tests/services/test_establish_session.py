"""Writing sessions, apart from the pages: races with a sign-out."""

import datetime as dt
from dataclasses import replace

import pyotp
import pytest

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.selectors import password_mark
from idp.accounts.services.set_active import set_active
from idp.core import clock
from idp.login.errors import CredentialsRefused, LoginExpired
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.state import Carried
from idp.login.tests.browser import Browser
from idp.login.tests.passkeys import with_passkey
from idp.login.types import EndReason, Proof
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.services.manage import remove

pytestmark = pytest.mark.django_db


def _proof_of(user: User) -> Authentication:
    mark = password_mark(user)
    return Authentication(user_id=user.pk, proofs=(Proof.PWD,), acr="aal1", login_uid="u" * 32, password_mark=mark)


def test_a_sign_out_in_another_tab_is_not_undone(signed_in: Browser, ada: User) -> None:
    held = SsoSession.objects.get()
    end_session(sid=held.pk, reason=EndReason.LOGOUT)
    renewed = establish_session(authentication=_proof_of(ada), device=Device(browser="b" * 64, session=held))
    assert renewed.pk != held.pk
    held.refresh_from_db()
    assert held.end_reason == "logout"


def test_what_tokens_carry_is_what_was_proved(ada: User) -> None:
    session = establish_session(authentication=_proof_of(ada), device=Device(browser="b" * 64))
    context = session.context
    assert (context.sid, context.user_id, context.login_uid) == (session.pk, ada.pk, "u" * 32)
    assert (context.acr, context.amr, context.auth_time) == ("aal1", ("pwd",), session.auth_time)


def test_a_disabled_account_gets_none(ada: User) -> None:
    set_active(user_id=ada.pk, active=False)
    with pytest.raises(CredentialsRefused):
        establish_session(authentication=_proof_of(ada), device=Device(browser="b" * 64))
    assert not SsoSession.objects.exists()


# --- What changed between the last proof and the session ------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_a_factor_removed_since_it_was_shown_makes_no_session(ada: User) -> None:
    with_passkey(ada)
    shown = Passkey.objects.get()
    proofs = (Proof.HWK, Proof.USER, Proof.VERIFIED)
    proved = replace(_proof_of(ada), proofs=proofs, acr="phr", factors=(shown.pk,))
    remove(user_id=ada.pk, authenticator_id=shown.pk)
    with pytest.raises(LoginExpired):
        establish_session(authentication=proved, device=Device(browser="b" * 64))
    assert not SsoSession.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_a_factor_set_up_since_the_password_was_proved_is_not_passed_by(ada: User) -> None:
    proved = _proof_of(ada)
    begun = begin_enrolment(user_id=ada.pk, name="Phone")
    code = pyotp.TOTP(str(begun.secret)).at(clock.epoch(clock.now()))
    confirm_enrolment(user_id=ada.pk, authenticator_id=begun.pk, code=code)
    with pytest.raises(LoginExpired):
        establish_session(authentication=proved, device=Device(browser="b" * 64))
    assert not SsoSession.objects.exists()


def test_a_role_that_asks_for_more_since_then_is_not_passed_by(ada: User) -> None:
    proved = _proof_of(ada)
    User.objects.filter(pk=ada.pk).update(role=Role.ADMIN)
    with pytest.raises(LoginExpired):
        establish_session(authentication=proved, device=Device(browser="b" * 64))
    assert not SsoSession.objects.exists()


def test_a_password_changed_since_then_proves_nothing(ada: User) -> None:
    proved = _proof_of(ada)
    User.objects.filter(pk=ada.pk).update(password="another hash")
    with pytest.raises(LoginExpired):
        establish_session(authentication=proved, device=Device(browser="b" * 64))
    assert not SsoSession.objects.exists()


# --- Raising a session ----------------------------------------------------------------------------------------------------
def _raising(held: SsoSession, **unlike: object) -> Authentication:
    """A step-up of this session, finished: what it proved and a code."""
    carried = {
        "sid": held.pk, "login_uid": held.login_uid, "since": held.auth_time, "until": held.expires_at, "is_recent": True,
    }  # fmt: skip
    proofs = (Proof.PWD, Proof.OTP)
    return replace(_proof_of(held.user), proofs=proofs, acr="aal2", carried=Carried.model_validate({**carried, **unlike}))


@pytest.mark.spec("RFC 9470", "5")
def test_a_session_is_raised_and_grows_no_younger(signed_in: Browser) -> None:
    held = SsoSession.objects.get()
    raised = establish_session(authentication=_raising(held), device=Device(browser="b" * 64, session=held))
    assert (raised.pk, raised.acr, raised.amr, raised.login_uid) == (held.pk, "aal2", ["pwd", "otp"], "u" * 32)
    assert (raised.auth_time, raised.expires_at) == (held.auth_time, held.expires_at)


@pytest.mark.parametrize("change", [{"ended_at": clock.now(), "end_reason": "logout"}, {"login_uid": "of another sign-in"}])
def test_what_took_the_session_away_in_another_tab_is_not_undone(signed_in: Browser, change: dict[str, object]) -> None:
    held = SsoSession.objects.get()
    SsoSession.objects.update(**change)
    with pytest.raises(LoginExpired):
        establish_session(authentication=_raising(held), device=Device(browser="b" * 64, session=held))
    assert SsoSession.objects.get().acr == "aal1"


def test_a_session_whose_proofs_have_grown_too_old_is_not_raised(signed_in: Browser) -> None:
    held = SsoSession.objects.get()
    late = _raising(held, until=clock.now() - dt.timedelta(seconds=1))
    with pytest.raises(LoginExpired):
        establish_session(authentication=late, device=Device(browser="b" * 64, session=held))


def test_only_the_session_of_this_browser_and_this_person_is_raised(signed_in: Browser, ada: User, bola: User) -> None:
    held = SsoSession.objects.get()
    other = establish_session(authentication=_proof_of(bola), device=Device(browser="c" * 64))
    for session in (None, other):
        with pytest.raises(LoginExpired):
            establish_session(authentication=_raising(held), device=Device(browser="b" * 64, session=session))
    hers = replace(_raising(held), user_id=bola.pk, password_mark=password_mark(bola))
    with pytest.raises(LoginExpired):
        establish_session(authentication=hers, device=Device(browser="b" * 64, session=held))
    assert {row.acr for row in SsoSession.objects.filter(ended_at=None)} == {"aal1"}


def test_a_disabled_account_is_not_raised(signed_in: Browser, ada: User) -> None:
    held = SsoSession.objects.get()
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(CredentialsRefused):
        establish_session(authentication=_raising(held), device=Device(browser="b" * 64, session=held))
