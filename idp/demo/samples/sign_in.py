"""Samples of the sign-in: each step as it opens, and some of them as they refuse."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from idp.accounts.upstream import UpstreamIdentity
from idp.core.errors import InvalidInput
from idp.demo.samples.sample import APPLICATION, NOWHERE, PERSON, Sample, page, step
from idp.login.errors import CredentialsRefused, TooManyAttempts
from idp.login.requirement import LoginRequirement
from idp.login.state import Facts, LoginState, Newcomer
from idp.login.steps import (
    check_messages,
    first_passkey,
    first_password,
    forgotten_password,
    join,
    new_password,
    password,
    recovery_code,
    recovery_codes,
    set_up,
    sign_up,
    verify_address,
)
from idp.mfa.errors import FactorRefused
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.offer import offer_of
from idp.mfa.webauthn.types import FirstPasskey

# Well-formed and good for nothing: an example of RFC 4648, repeated.
SECRET = "MZXW6YTBOI" * 3 + "MZ"
CODES = (
    "4ky7-mq2d", "9wre-h5tz", "c6vn-x3pa", "j8gs-f2uk", "t7bq-d4my",
    "w5hz-k9re", "p3xc-v6ns", "u2jf-g8ta", "y4qb-m7dh", "n9ze-r5wk",
)  # fmt: skip
# Nobody signs in: a requirement that no browser has, and whom it is about.
_STATE = LoginState(
    requirement=LoginRequirement(uid="sample-of-a-sign-in", return_to="/", client_name=APPLICATION),
    browser="",
    facts=Facts(identifier=PERSON, new_codes=CODES),
)


def sign_in_samples() -> Iterator[Sample]:
    """Who is it, and the password."""
    first = {"values": {"username": ""}, "passkey_options": "", "passkey_url": NOWHERE, "sign_up_url": NOWHERE}
    yield page("sign-in", "login/identifier.html", _("Sign in"), first, client_name=APPLICATION)
    refused = InvalidInput(fields={"username": [_("Please enter a valid email address, such as name@example.com.")]})
    label = _("Sign in, refused")
    typed = {**first, "values": {"username": "ada at example"}}
    yield page("sign-in-refused", "login/identifier.html", _("Sign in"), typed, label=label, refused=refused)
    yield step("password", password.show(_STATE))
    yield step("password-refused", password.show(_STATE), label=_("Wrong password"), refused=CredentialsRefused())
    yield step("password-later", password.show(_STATE), label=_("Too many attempts"), refused=TooManyAttempts(wait=480))


def elsewhere_samples() -> Iterator[Sample]:
    """Sign-in with another service."""
    first = {"values": {"username": ""}, "passkey_options": "", "passkey_url": NOWHERE, "sign_up_url": NOWHERE}
    buttons = [{"name": label.lower(), "label": label, "url": NOWHERE} for label in ("Google", "Facebook")]
    label = _("Sign in, with other services")
    yield page("sign-in-elsewhere", "login/identifier.html", _("Sign in"), {**first, "upstreams": buttons}, label=label)
    known = UpstreamIdentity(
        provider="google", label="Google", subject="1", email=PERSON, email_verified=True, given_name="Ada", family_name="Obi"
    )
    yield step("join", join.show(_STATE.with_facts(Facts(identifier=PERSON, upstream=known))), label=_("Join with Google"))


def sign_up_samples() -> Iterator[Sample]:
    """A new account."""
    yield step("sign-up", sign_up.show(_STATE), given_name="Ada", family_name="Obi")
    yield step("confirm-address", verify_address.show(_STATE))
    yield step("confirm-address-refused", verify_address.show(_STATE), label=_("Wrong code"), refused=FactorRefused())
    wish = FirstPasskey(person=uuid.UUID(int=0), handle="c2FtcGxl")
    newcomer = Newcomer(role="client", given_name="Ada", family_name="Obi", passkey=wish)
    without_password = _STATE.with_facts(Facts(identifier=PERSON, newcomer=newcomer, address_proven=True))
    yield step("first-passkey", first_passkey.show(without_password))
    yield step("first-password", first_password.show(without_password))


def forgotten_password_samples() -> Iterator[Sample]:
    """A new password for one that is forgotten."""
    yield step("forgotten-password", forgotten_password.show(_STATE))
    yield step("check-messages", check_messages.show(_STATE))
    by_number = _STATE.with_facts(Facts(identifier="+2348012345678"))
    yield step("check-messages-code", check_messages.show(by_number), label=_("Check your messages, by number"))
    yield page("new-password", "login/new_password.html", _("Choose a new password"), {"values": {"username": PERSON}})
    claimed = {"values": {"username": PERSON}, "alert": {"kind": "info", "text": new_password.PASSKEY_VOID}}
    label = _("Choose a new password, instead of a passkey")
    yield page("new-password-claimed", "login/new_password.html", _("Choose a new password"), claimed, label=label)
    noticed = {"device": "Chrome on Android", "place": "Lagos, Nigeria", "at": dt.datetime(2026, 11, 28, 9, 30, tzinfo=dt.UTC)}
    yield page("not-me", "login/not_me.html", _("Was this you?"), noticed)


def second_step_samples() -> Iterator[Sample]:
    """The second factor: shown, lost, and set up."""
    named = {"values": {"username": PERSON}, "restart_url": NOWHERE, "passkey_options": ""}
    ways = dict.fromkeys(("authenticator_app_url", "recovery_code_url", "set_up_passkey_url"), NOWHERE)
    # Shown.
    yield page("passkey", "login/passkey.html", _("Use your passkey"), {**named, **ways, "remember_days": 30})
    app, title = "login/authenticator_app.html", _("Enter your code")
    code = {**named, **dict.fromkeys(("passkey_url", "recovery_code_url"), NOWHERE)}
    yield page("app-code", app, title, {**code, "remember_days": 30})
    yield page("app-code-refused", app, title, code, label=_("Wrong code"), refused=FactorRefused())
    raised = {**named, "password_url": NOWHERE}
    yield page("app-code-raised", app, title, raised, label=_("Enter your code, signed in some time ago"))
    yield step("recovery-code", recovery_code.show(_STATE))
    # Set up.
    yield step("set-up", set_up.show(_STATE))
    offer = offer_of(TotpAuthenticator(secret=SECRET), account=PERSON)
    yield page("set-up-app", "login/set_up_app.html", _("Set up your authenticator app"), {"offer": offer})
    asked = {"is_asked_for": True, "other_way_url": NOWHERE}
    yield page("set-up-passkey", "login/set_up_passkey.html", _("Add a passkey"), {**named, **asked})
    yield step("recovery-codes", recovery_codes.show(_STATE))
    yield page("upgrade", "login/upgrade.html", _("You are almost there"), {"passkey_options": ""})
