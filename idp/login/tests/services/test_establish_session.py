"""Writing sessions, apart from the pages: races with a sign-out."""

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
