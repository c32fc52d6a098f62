"""Authenticator apps of people in tests."""

import pyotp

from idp.accounts.models import User
from idp.core import clock
from idp.login.models import SsoSession
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.services.enrol import begin_enrolment, confirm_enrolment


def code_of(app: TotpAuthenticator) -> str:
    """What the app shows at this moment."""
    return pyotp.TOTP(str(app.secret)).at(clock.epoch(clock.now()))


def with_app(person: User, name: str = "Phone", acting: SsoSession | None = None) -> TotpAuthenticator:
    """Set up an app as the sign-in does, or in this session; the code of this moment is not spent."""
    sid = None if acting is None else acting.pk
    begun = begin_enrolment(user_id=person.pk, name=name)
    confirm_enrolment(user_id=person.pk, authenticator_id=begun.pk, code=code_of(begun), acting_sid=sid)
    regenerate(user_id=person.pk)
    return unspent(begun)


def unspent(app: TotpAuthenticator) -> TotpAuthenticator:
    """The app, whose code of this moment counts again."""
    TotpAuthenticator.objects.filter(pk=app.pk).update(last_step=0)
    return TotpAuthenticator.objects.get(pk=app.pk)
