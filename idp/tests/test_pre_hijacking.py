"""Whatever somebody prepared on an account that nobody has proven is void once its owner proves the address (pre-hijacking).

There are three ways to prove it: a sign-up, a forgotten password, and a sign-in with the password that an operator handed over,
which alone keeps that password. Everything is prepared at once, and what is left of it is asked by name.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from idp.accounts.identifiers import Email, index_of, parse_identifier
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import Address, Profile
from idp.accounts.selectors import find_user
from idp.accounts.services.erasure import schedule_erasure
from idp.accounts.services.set_active import set_active
from idp.accounts.types import AddressKind
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.models import KnownDevice, SsoSession
from idp.login.tests import recovery
from idp.login.tests.browser import Browser as Pages
from idp.mfa.one_time_code.models import OneTimeCode
from idp.mfa.one_time_code.services.send_code import send_code
from idp.mfa.one_time_code.types import Asked, Purpose
from idp.mfa.recovery_codes.models import RecoveryCode
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.remembered_device.models import RememberedDevice
from idp.mfa.remembered_device.services.remember import remember
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.webauthn.models import Passkey
from idp.oidc.models import AccessToken, Consent, RefreshToken
from idp.outbox.inbox import list_sent
from idp.privacy import texts
from idp.privacy.models import ConsentRecord
from idp.privacy.services.choose import choose_marketing
from idp.recovery.models import RecoveryKey
from idp.recovery.schemas import Place, Via
from idp.recovery.services.open_key import open_key
from idp.self_service.schemas import AddressChange
from idp.self_service.services.change_address import begin_change, pending_address
from idp.tests.database_faults import failing
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import WEB, obtain_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OIDC Core", "5.7")]

VICTIM = "victim@example.com"
ATTACKERS_PHONE = "+2348012345678"
NEW = "seventeen copper kettles sing"
# Every claim there is, so that one added later is not forgotten.
CLAIMS = tuple(name for name in Profile.model_fields if name != "locale")
PROFILE = Profile(
    name="Mallory M. Moss", given_name="Mallory", middle_name="M.", family_name="Moss", nickname="Mal", preferred_username="mal",
    profile="https://mallory.example/", picture="https://mallory.example/me.png", website="https://mallory.example/shop",
    gender="x", birthdate="1990-12-31", zoneinfo="Africa/Lagos", address=Address(locality="Mallory's house"),
)  # fmt: skip
SIGN_UP = {"username": VICTIM, "given_name": "Ngozi", "family_name": "Eze", "role": "client", "password": NEW}


@dataclass
class Prepared:
    """An account as an attacker left it, and a sign-in of theirs that stopped short of the code."""

    user: User
    sid: uuid.UUID
    pages: Pages
    half_way: str
    # Where codes to the address wait that were asked for until then.
    slots: tuple[str, ...]

    def left(self) -> set[str]:
        """What counts still, by name."""
        person, session = User.objects.get(pk=self.user.pk), SsoSession.objects.get(pk=self.sid)
        things = {
            "password": person.check_password(PASSWORD),
            "other address": person.phone_number is not None,
            "profile": any(getattr(person, name) == getattr(self.user, name) for name in CLAIMS),
            "session": session.ended_at is None,
            "change of address": session.ended_at is None and pending_address(actor=session.context) is not None,
            "access token": AccessToken.objects.filter(user=person, revoked_at=None).exists(),
            "refresh token": RefreshToken.objects.filter(user=person, revoked=None).exists(),
            "consent": Consent.objects.filter(user=person, withdrawn_at=None).exists(),
            "app": TotpAuthenticator.objects.filter(user=person).exists(),
            "passkey": Passkey.objects.filter(user=person).exists(),
            "recovery codes": RecoveryCode.objects.filter(user=person).exists(),
            "remembered device": RememberedDevice.objects.filter(user=person).exists(),
            "known device": KnownDevice.objects.filter(user=person, last_used_at__lt=self.user.updated_at).exists(),
            "code": OneTimeCode.objects.filter(slot__in=self.slots, closed_at=None).exists(),
            "recovery key": RecoveryKey.objects.filter(user=person, closed_at=None, via=Via.TEXT).exists(),
            "consent to news": person.marketing_allowed,
            "deletion": person.erasure_due_at is not None,
            "half a sign-in": self.pages.get(self.half_way).status_code == 200,
        }
        return {name for name, counts in things.items() if counts}


EVERYTHING = {
    "password", "profile", "other address", "session", "change of address", "access token", "refresh token", "consent", "app",
    "passkey", "recovery codes", "remembered device", "known device", "code", "recovery key", "consent to news", "deletion",
    "half a sign-in",
}  # fmt: skip


@pytest.fixture
def prepared(clients: None, make_user: Callable[..., User]) -> Prepared:
    """Everything there is to prepare. The attacker did it as if the address were proven; then it is not."""
    user = make_user(email=VICTIM, phone_number=ATTACKERS_PHONE, profile=PROFILE)
    browser = Browser()
    browser.sign_in(browser.open(WEB.authorize_url(Pkce())), username=VICTIM)
    obtain_tokens(browser, WEB, scope="openid email orders offline_access")
    session = SsoSession.objects.get()
    begin_change(actor=session.context, change=AddressChange(kind=AddressKind.EMAIL, address="attacker@example.com"))
    choose_marketing(actor=session.context, allowed=True, text_version=texts.MARKETING_VERSION)
    send_code(asked=Asked(purpose=Purpose.VERIFY_EMAIL, to=Email(VICTIM), visit="attacker"))
    slots = tuple(OneTimeCode.objects.filter(address=index_of(Email(VICTIM))).values_list("slot", flat=True))
    # Rows, because services that add a factor end the session.
    TotpAuthenticator.objects.create(user=user, name="App", secret="MZXW6YTBOI" * 3 + "MZ", confirmed_at=clock.now())
    key = {"aaguid": uuid.uuid4(), "attestation_format": "none", "backup_eligible": True, "backed_up": True}
    Passkey.objects.create(user=user, name="Key", credential_id="x", public_key=b"x", **key)
    regenerate(user_id=user.pk)
    remember(user=user, presented="", user_agent="")
    open_key(user=user, via=Via.TEXT, place=Place(uid="u" * 32, browser="b", return_to="/"))
    schedule_erasure(user_id=user.pk, due_at=clock.now())
    User.objects.filter(pk=user.pk).update(email_verified=False, updated_at=clock.now())
    pages = Pages()
    half_way = pages.sign_in(VICTIM, PASSWORD).headers["Location"]
    made = Prepared(User.objects.get(pk=user.pk), session.pk, pages, half_way, slots)
    assert made.left() == EVERYTHING
    return made


def sent_code(to: str = VICTIM) -> str:
    """From the newest message to the owner."""
    text = next(sent.text for sent in list_sent() if sent.to == to)
    found = re.search(r"\b([0-9]{6})\b", text)
    assert found
    return found[1]


def by_sign_up(owner: Pages, address: str = VICTIM) -> None:
    answer = owner.send(owner.begin(create=True), {**SIGN_UP, "username": address})
    assert answer.headers["Location"].endswith("/verify-address")
    answer = owner.send(answer.headers["Location"], {"code": sent_code(address)})
    assert answer.headers["Location"] == "/whoami"


def by_recovery(owner: Pages) -> None:
    answer = owner.send(recovery.asked(owner, VICTIM), {"password": NEW})
    assert answer.headers["Location"].endswith("/password")
    assert owner.send(answer.headers["Location"], {"password": NEW}).headers["Location"] == "/whoami"


def by_sign_in(owner: Pages) -> None:
    OneTimeCode.objects.all().update(created_at=clock.now() - clock.seconds(7200))
    answer = owner.sign_in(VICTIM, PASSWORD)
    assert owner.send(answer.headers["Location"], {"code": sent_code()}).headers["Location"] == "/whoami"


# With the password goes what else came with it: the address beside, and who it says they are.
WAYS = [(by_sign_up, set()), (by_recovery, set()), (by_sign_in, {"password", "other address", "profile"})]


@pytest.mark.parametrize(("way", "kept"), WAYS)
def test_nothing_that_was_prepared_outlives_the_proof(prepared: Prepared, way: Callable[[Pages], None], kept: set[str]) -> None:
    way(Pages())
    assert prepared.left() == kept
    fresh = User.objects.get()
    # The same account, for whatever an operator moved here under its `sub`.
    assert (fresh.pk, fresh.email_verified, fresh.check_password(NEW)) == (prepared.user.pk, True, not kept)
    assert SsoSession.objects.get(pk=prepared.sid).end_reason == "account_claimed"
    assert ConsentRecord.objects.order_by("-id").values_list("given", flat=True)[0] is False


def test_the_attackers_half_of_a_sign_in_asks_for_the_new_password(prepared: Prepared) -> None:
    by_sign_up(Pages())
    there = prepared.pages.get(prepared.half_way).headers["Location"]
    assert there.endswith("/password")
    assert prepared.pages.send(there, {"password": PASSWORD}).status_code == 401


@pytest.mark.parametrize("statement", ['DELETE FROM "mfa_webauthn_passkey"', 'UPDATE "oidc_consent"', 'INSERT INTO "audit_'])
def test_all_of_it_goes_or_nothing(prepared: Prepared, statement: str) -> None:
    owner = Pages()
    answer = owner.send(owner.begin(create=True), SIGN_UP)
    before = prepared.left()
    with connection.execute_wrapper(failing(statement)):
        assert owner.send(answer.headers["Location"], {"code": sent_code()}).status_code == 503
    assert prepared.left() == before
    assert not User.objects.get().email_verified


def test_names_and_kind_of_account_are_the_owners_choice(prepared: Prepared) -> None:
    User.objects.filter(pk=prepared.user.pk).update(role="vendor", given_name="Mallory", name="Mallory")
    by_sign_up(Pages())
    fresh = User.objects.get()
    assert (fresh.role, fresh.given_name, fresh.name) == ("client", "Ngozi", "Ngozi Eze")


def test_staff_made_by_an_operator_sign_up_as_what_they_are(make_user: Callable[..., User]) -> None:
    user = make_user(email=VICTIM, email_verified=False, role=Role.ADMIN)
    owner = Pages()
    answer = owner.send(owner.begin(create=True), SIGN_UP)
    answer = owner.send(answer.headers["Location"], {"code": sent_code()})
    # Their role is what it was, and asks for a second factor.
    assert answer.headers["Location"].endswith("/set-up")
    assert User.objects.get().role == "admin"
    assert not SsoSession.objects.filter(user=user).exists()


def test_a_disabled_account_is_no_way_in(make_user: Callable[..., User]) -> None:
    user = make_user(email=VICTIM, email_verified=False)
    set_active(user_id=user.pk, active=False)
    owner = Pages()
    owner.send(owner.begin(create=True), SIGN_UP)
    (sent,) = list_sent()
    assert not re.search(r"\b[0-9]{6}\b", sent.text)
    assert not User.objects.get().email_verified


def test_an_account_that_is_shut_while_the_code_is_under_way_stays_shut(make_user: Callable[..., User]) -> None:
    user = make_user(email=VICTIM, email_verified=False)
    owner = Pages()
    answer = owner.send(owner.begin(create=True), SIGN_UP)
    set_active(user_id=user.pk, active=False)
    assert owner.send(answer.headers["Location"], {"code": sent_code()}).status_code == 401
    assert not User.objects.get().email_verified


# Which address goes, whose it was, and where they hear of it.
RELEASED = [
    (
        ATTACKERS_PHONE,
        {"email": "mallory@example.com", "phone_number": ATTACKERS_PHONE},
        ("mail", "mallory@example.com", "Quelqu’un d’autre vient de confirmer"),
    ),
    (
        VICTIM,
        {"email": VICTIM, "email_verified": False, "phone_number": ATTACKERS_PHONE, "phone_number_verified": True},
        ("sms", ATTACKERS_PHONE, "quelqu’un d’autre a confirmé"),
    ),
]


def test_an_address_beside_a_proven_one_goes_to_whoever_proves_it(make_user: Callable[..., User]) -> None:
    mallory = make_user(email="mallory@example.com", phone_number=ATTACKERS_PHONE)
    by_sign_up(Pages(), ATTACKERS_PHONE)
    assert User.objects.get(pk=mallory.pk).phone_number is None
    theirs = find_user(parse_identifier(ATTACKERS_PHONE))
    assert theirs is not None
    assert (theirs.pk != mallory.pk, theirs.phone_number_verified) == (True, True)
    event = SecurityEvent.objects.get(event="address_changed")
    assert (event.pseudonym, event.detail["kind"]) == (pseudonym_of(mallory.pk), "phone_number")


@pytest.mark.parametrize(("taken", "given", "told"), RELEASED)
def test_whoever_loses_an_address_hears_of_it_where_they_are_proven(
    make_user: Callable[..., User], taken: str, given: dict[str, object], told: tuple[str, str, str]
) -> None:
    make_user(**given, profile=Profile(locale="fr-CI"))
    by_sign_up(Pages(), taken)
    (sent,) = (sent for sent in list_sent() if sent.to != taken)
    assert (sent.channel, sent.to) == told[:2]
    assert told[2] in sent.text
    # Not who has it now.
    assert taken not in sent.text


def test_an_address_is_not_taken_off_in_silence(make_user: Callable[..., User]) -> None:
    make_user(email="mallory@example.com", phone_number=ATTACKERS_PHONE)
    owner = Pages()
    there = owner.send(owner.begin(create=True), {**SIGN_UP, "username": ATTACKERS_PHONE}).headers["Location"]
    code = sent_code(ATTACKERS_PHONE)
    with connection.execute_wrapper(failing('INSERT INTO "outbox_')):
        assert owner.send(there, {"code": code}).status_code == 503
    assert User.objects.get().phone_number == ATTACKERS_PHONE
