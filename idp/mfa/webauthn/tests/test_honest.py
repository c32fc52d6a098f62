"""Honest ceremonies: what a passkey is enrolled as, and what showing it says."""

import uuid

import pytest

from idp.accounts.models import User
from idp.audit.selectors import list_events
from idp.core.errors import Forbidden
from idp.mfa.errors import NoSuchFactor, TooManyFactors
from idp.mfa.types import MOST_OF_A_KIND
from idp.mfa.webauthn.aaguids import name_of
from idp.mfa.webauthn.errors import NotVerified, PasskeyCopied, PasskeyUnknown
from idp.mfa.webauthn.models import Passkey, PasskeyOwner
from idp.mfa.webauthn.selectors import accepted_here, handle_of
from idp.mfa.webauthn.services.enrol import enrolment_options
from idp.mfa.webauthn.services.manage import remove, rename
from idp.mfa.webauthn.tests.conftest import PLACE, device, enrolled
from idp.mfa.webauthn.tests.signer import BE, BS, UP, UV, unb64

pytestmark = pytest.mark.django_db


@pytest.mark.spec("WebAuthn L3", "7.1")
def test_what_is_kept_of_a_new_passkey(ada: User) -> None:
    google = uuid.UUID("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")
    held = enrolled(ada, device(flags=UP | UV | BE | BS, aaguid=google.bytes))
    kept = Passkey.objects.get()
    assert (kept.user, kept.name, kept.aaguid) == (ada, "Google Password Manager", google)
    assert (kept.backup_eligible, kept.backed_up, kept.attestation_format) == (True, True, "none")
    assert (kept.transports, kept.is_second_step, kept.copied_at) == (["internal"], True, None)
    event = list_events(user_id=ada.pk)[0]
    assert (event.event, event.detail["kind"], event.detail["factor"]) == ("factor_added", "passkey", str(held.passkey.pk))


@pytest.mark.spec("WebAuthn L3", "14.6.1")
def test_the_user_handle_is_random_one_per_person_and_says_nothing(ada: User, bola: User) -> None:
    first, again = (enrolment_options(user_id=ada.pk, place=PLACE)["user"]["id"] for _ in range(2))
    assert first == again == handle_of(ada.pk)
    handle = unb64(first)
    assert len(handle) == 64
    assert ada.pk.bytes not in handle
    assert enrolment_options(user_id=bola.pk, place=PLACE)["user"]["id"] != first
    assert PasskeyOwner.objects.count() == 2


def test_what_the_browser_is_asked(ada: User) -> None:
    held = enrolled(ada)
    making = enrolment_options(user_id=ada.pk, place=PLACE)
    assert making["rp"] == {"id": "testserver", "name": "Fashionistar"} or making["rp"]["id"]
    assert making["authenticatorSelection"]["residentKey"] == "required"
    assert making["attestation"] == "none"
    assert [known["id"] for known in making["excludeCredentials"]] == [held.passkey.credential_id]
    assert {offered["alg"] for offered in making["pubKeyCredParams"]} == {-7, -8, -257}
    showing = held.options(named=False, must_verify=False)
    # Without a name any passkey of this site will do, and only with a checked owner.
    assert (showing["userVerification"], showing.get("allowCredentials")) == ("required", [])
    assert [known["id"] for known in held.options()["allowCredentials"]] == [held.passkey.credential_id]


@pytest.mark.parametrize(("flags", "verified"), [(UP | UV, True), (UP, False)])
def test_after_a_password_it_says_whether_the_owner_was_checked(ada: User, flags: int, verified: bool) -> None:  # noqa: FBT001
    held = enrolled(ada)
    held.device.flags = flags
    proven = held.show(held.device.sign(held.options(must_verify=False)), must_verify=False)
    assert (proven.passkey.pk, proven.user_verified) == (held.passkey.pk, verified)
    assert Passkey.objects.get().last_used_at is not None


@pytest.mark.spec("WebAuthn L3", "7.2")
@pytest.mark.parametrize("named", [True, False])
def test_an_owner_who_was_not_checked_is_refused_where_it_counts(ada: User, named: bool) -> None:  # noqa: FBT001
    held = enrolled(ada)
    held.device.flags = UP
    with pytest.raises(NotVerified):
        held.show(held.device.sign(held.options(named=named)), named=named, must_verify=named)


def test_a_backup_made_later_is_noted(ada: User) -> None:
    held = enrolled(ada, device(flags=UP | UV | BE))
    held.device.flags = UP | UV | BE | BS
    held.show(held.device.sign(held.options()))
    assert Passkey.objects.get().backed_up


# --- The counter ------------------------------------------------------------------------------------------------------
@pytest.mark.spec("WebAuthn L3", "6.1.1")
def test_a_counter_that_stands_still_refuses_that_answer_and_no_later_one(ada: User) -> None:
    held = enrolled(ada, device(counter=5))
    held.device.counter = 7
    held.show(held.device.sign(held.options()))
    for copied in (7, 6, 0):
        held.device.counter = copied
        with pytest.raises(PasskeyCopied):
            held.show(held.device.sign(held.options()))
    noted = Passkey.objects.get()
    assert (noted.sign_count, noted.copied_at is not None) == (7, True)
    held.device.counter = 8
    held.show(held.device.sign(held.options()))
    assert Passkey.objects.get().sign_count == 8


def test_a_key_without_a_counter_and_a_synced_one_are_never_suspected(ada: User) -> None:
    plain, synced = enrolled(ada), enrolled(ada, device(flags=UP | UV | BE, counter=9))
    for held, counter in ((plain, 0), (plain, 0), (synced, 3), (synced, 3)):
        held.device.counter = counter
        held.show(held.device.sign(held.options()))
    assert not Passkey.objects.exclude(copied_at=None).exists()


# --- Several, named, removed ------------------------------------------------------------------------------------------
def test_several_passkeys_each_with_a_name(ada: User) -> None:
    first, second = enrolled(ada, name="Phone"), enrolled(ada)
    rename(user_id=ada.pk, authenticator_id=second.passkey.pk, name="Laptop")
    assert list(Passkey.objects.order_by("id").values_list("name", flat=True)) == ["Phone", "Laptop"]
    told = accepted_here(ada.pk, account="ada@example.com", display_name="")
    assert told is not None
    assert told["allAcceptedCredentialIds"] == [first.passkey.credential_id, second.passkey.credential_id]
    assert (told["userId"], told["displayName"]) == (handle_of(ada.pk), "ada@example.com")


def test_a_removed_passkey_is_unknown_and_the_browser_is_told_which(ada: User) -> None:
    held = enrolled(ada)
    answer = held.device.sign(held.options(named=False))
    remove(user_id=ada.pk, authenticator_id=held.passkey.pk)
    with pytest.raises(PasskeyUnknown) as refused:
        held.show(answer, named=False)
    assert refused.value.credential_id == held.passkey.credential_id


def test_only_so_many_and_only_ones_own(ada: User, bola: User) -> None:
    held = enrolled(ada)
    with pytest.raises(NoSuchFactor):
        remove(user_id=bola.pk, authenticator_id=held.passkey.pk)
    with pytest.raises(NoSuchFactor):
        rename(user_id=bola.pk, authenticator_id=held.passkey.pk, name="Mine")
    for _ in range(MOST_OF_A_KIND - 1):
        enrolled(ada)
    with pytest.raises(TooManyFactors):
        enrolled(ada)


def test_a_disabled_account_enrols_nothing(ada: User) -> None:
    ada.is_active = False
    ada.save()
    with pytest.raises(Forbidden):
        enrolled(ada)


def test_nobody_has_nothing_to_tell_a_browser(ada: User) -> None:
    assert accepted_here(ada.pk, account="a", display_name="") is None
    assert name_of("not an aaguid") is None
