"""Writing sessions, apart from the pages: races with a sign-out."""

import pytest

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.login.errors import CredentialsRefused
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.services.establish_session import Authentication, Device, establish_session
from idp.login.tests.browser import Browser
from idp.login.types import EndReason, Proof

pytestmark = pytest.mark.django_db


def _proof_of(user: User) -> Authentication:
    return Authentication(user_id=user.pk, proofs=(Proof.PWD,), acr="aal1", login_uid="u" * 32)


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
