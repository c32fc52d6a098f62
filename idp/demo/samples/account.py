"""Samples of the pages on which people look after their account."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from idp.authenticators.schemas import Authenticator, Authenticators
from idp.core import clock
from idp.demo.samples.sample import NAME, NOWHERE, PERSON, Sample, page
from idp.demo.samples.sign_in import CODES, SECRET
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.offer import offer_of
from idp.mfa.types import FactorKind
from idp.oidc.authorize.permissions import permissions_of
from idp.privacy.schemas import Privacy
from idp.privacy.texts import MARKETING_TEXT
from idp.self_service.schemas import ConnectedApp, Device, Permission, Session

_BEGAN = dt.datetime(2026, 9, 1, 9, 30, tzinfo=dt.UTC)
_LATER = _BEGAN + clock.seconds(41 * 24 * 3600)


def account_samples() -> Iterator[Sample]:
    """The overview and what it leads to."""
    described = {
        _("Your names"): _("What you are called."),
        _("Password"): _("Choose a new one."),
        _("Second steps"): _("What proves that it is you, beside your password."),
    }
    links = [{"label": label, "url": NOWHERE, "description": text} for label, text in described.items()]
    yield page("account", "account/overview.html", _("Your account"), {"links": links}, intro=NAME)
    intro = _("One moment: the page is loading. It needs JavaScript; the plain pages do the same without.")
    label = _("Account console before it is loaded")
    plain = {"root": NOWHERE, "pages": NOWHERE, "entrance": NOWHERE}
    yield page("account-console", "account/console.html", _("Your account"), plain, intro=intro, label=label)
    names = {"given_name": "Ada", "middle_name": "", "family_name": "Obi"}
    intro = _("Applications you sign in to may show them.")
    yield page("account-names", "account/profile.html", _("Your names"), {"values": names}, intro=intro)
    # Addresses, and one that waits for its code.
    heading = _("Your addresses")
    own = {
        "email": PERSON, "email_verified": True, "phone_number": "", "phone_number_verified": False, "may_change": True,
        "sign_in_again_url": NOWHERE, "typed": {}, "wrong": {},
    }  # fmt: skip
    yield page("account-addresses", "account/addresses.html", heading, {**own, "pending": None})
    pending = {"kind": "email", "address": "ada.obi@example.com"}
    waiting = _("Your addresses, a new one waits for its code")
    yield page("account-addresses-pending", "account/addresses.html", heading, {**own, "pending": pending}, label=waiting)
    # With a fresh proof, and without one.
    heading = _("Change your password")
    own = {"account": PERSON, "has_password": True, "sign_in_again_url": NOWHERE}
    yield page("account-password", "account/password.html", heading, {**own, "may_change": True})
    late = _("Change your password, proof too old")
    yield page("account-password-later", "account/password.html", heading, {**own, "may_change": False}, label=late)
    yield page("account-devices", "account/sessions.html", _("Where you are signed in"), {"sessions": _sessions()})
    remembered = Device(
        id=uuid.UUID(int=1), device="Chrome on Android", remembered_at=_BEGAN, until=_LATER, last_used_at=None, current=True
    )
    yield page("account-remembered", "account/devices.html", _("Remembered devices"), {"devices": [remembered]})
    yield page("account-applications", "account/apps.html", _("Connected applications"), {"apps": _applications()})


def sign_in_method_samples() -> Iterator[Sample]:
    """Second factors, looked after by their owner."""
    context = {"accepted": "null", "is_removable": True, "sign_in_again_url": NOWHERE, "refused_factor": ""}
    heading = _("How you sign in")
    yield page("methods", "account/security.html", heading, {**context, "held": _held(), "may_change": True})
    none = Authenticators(required=False, authenticators=(), recovery_codes_left=0)
    label = _("How you sign in, nothing added yet")
    yield page("methods-none", "account/security.html", heading, {**context, "held": none, "may_change": False}, label=label)
    offer = offer_of(TotpAuthenticator(secret=SECRET), account=PERSON)
    yield page("methods-app", "account/app.html", _("Add an authenticator app"), {"offer": offer, "back_url": NOWHERE})
    asked = {"passkey_options": "", "back_url": NOWHERE}
    label = _("Add a passkey to the account")
    yield page("methods-passkey", "account/passkey.html", _("Add a passkey"), asked, label=label)
    kept = _("Keep your recovery codes")
    yield page(
        "methods-codes", "account/recovery_codes.html", kept, {"codes": CODES, "back_url": NOWHERE}, label=_("New recovery codes")
    )


def privacy_samples() -> Iterator[Sample]:
    """The data of an account, and its end."""
    held = Privacy(
        erasure_due_at=None, restricted_at=None, marketing_allowed=False, marketing_text=str(MARKETING_TEXT),
        marketing_text_version="1",
        said=(),
    )  # fmt: skip
    yield page("privacy", "account/privacy.html", _("Your data"), {"held": held, "may_change": True})
    closing = held.model_copy(update={"erasure_due_at": _LATER, "restricted_at": _BEGAN})
    label = _("Your data, account to be deleted")
    yield page("privacy-closing", "account/privacy.html", _("Your data"), {"held": closing, "may_change": True}, label=label)
    yield page("closing", "account/closing.html", _("Your account will be deleted"), {"due_at": _LATER, "sign_in_url": NOWHERE})


def _sessions() -> list[Session]:
    """One as an operator left it, one where place and fingerprint were switched on."""
    here, there = ("Chrome on Android", None, None), ("Safari on Mac", "Lagos, Nigeria", "3f9a1c2e")
    return [
        Session(
            id=uuid.UUID(int=number), device=device, place=place, fingerprint=fingerprint,
            signed_in_at=_BEGAN, last_used_at=_LATER, current=not number,
        )
        for number, (device, place, fingerprint) in enumerate((here, there))
    ]  # fmt: skip


def _applications() -> list[ConnectedApp]:
    """One that was allowed something, one that may sign people in and no more."""
    allowed = tuple(Permission(name=one.name, sentence=one.sentence) for one in permissions_of(scopes=("profile", "orders")))
    return [
        ConnectedApp(client_id="tailor", name="Lagos Tailor Finder", permissions=allowed, granted_at=_BEGAN),
        ConnectedApp(client_id="news", name="Aso News", permissions=(), granted_at=_BEGAN),
    ]


def _held() -> Authenticators:
    """A passkey and an app."""
    passkey = Authenticator(
        kind=FactorKind.PASSKEY, id=uuid.UUID(int=1), name="My laptop", created_at=_BEGAN, last_used_at=_LATER, backed_up=True
    )
    app = Authenticator(kind=FactorKind.TOTP, id=uuid.UUID(int=2), name="My phone", created_at=_BEGAN, last_used_at=None)
    return Authenticators(required=True, authenticators=(passkey, app), recovery_codes_left=8)
