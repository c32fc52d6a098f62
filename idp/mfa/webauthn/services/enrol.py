"""Enrol a passkey: the browser is asked, its answer judged and written. Nothing is kept in between."""

import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from idp.accounts.models import User
from idp.accounts.selectors import get_active_user, hold_active_user, sign_in_name
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.errors import Forbidden
from idp.core.specs import implements
from idp.mfa.errors import TooManyFactors
from idp.mfa.signals import factors_changed
from idp.mfa.types import LONGEST_NAME, MOST_OF_A_KIND, FactorKind, FactorName
from idp.mfa.webauthn.aaguids import name_of
from idp.mfa.webauthn.attestation import judge, wants_attestation
from idp.mfa.webauthn.challenge import new_challenge, spend_challenge
from idp.mfa.webauthn.client_data import challenge_of
from idp.mfa.webauthn.errors import NotVerified, PasskeyTaken
from idp.mfa.webauthn.models import Passkey, PasskeyOwner
from idp.mfa.webauthn.options import Options, creation_options
from idp.mfa.webauthn.registration import judge_registration
from idp.mfa.webauthn.schemas import RegistrationAnswer, read_answer
from idp.mfa.webauthn.selectors import passkeys_of
from idp.mfa.webauthn.types import Ceremony, FirstPasskey, NewKey, Place


def enrolment_options(*, user_id: uuid.UUID, place: Place) -> Options:
    """What to ask the browser. Raises `Forbidden` for a disabled account."""
    user = get_active_user(user_id)
    if user is None:
        raise Forbidden(detail="a disabled account enrols nothing")
    owner, _made = PasskeyOwner.objects.get_or_create(user=user)
    return creation_options(
        challenge=new_challenge(ceremony=Ceremony.REGISTER, place=place, user_id=user_id),
        handle=owner.handle,
        account=sign_in_name(user),
        display_name=user.name,
        existing=passkeys_of(user_id),
        attested=wants_attestation(role=user.role),
    )


def first_options(*, who: FirstPasskey, account: str, display_name: str, place: Place) -> Options:
    """What to ask the browser of somebody who has no account yet: the device must check that it is them."""
    return creation_options(
        challenge=new_challenge(ceremony=Ceremony.REGISTER, place=place, user_id=who.person),
        handle=who.handle,
        account=account,
        display_name=display_name,
        must_verify=True,
    )


@implements("WebAuthn L3", "7.1")
def judge_first_answer(*, who: FirstPasskey, place: Place, answer: Mapping[str, object]) -> NewKey:
    """The key of an answer to `first_options`, spent as in `judge_answer`. Raises `PasskeyRefused`, `NotVerified`."""
    key = judge_answer(user_id=who.person, place=place, answer=answer)
    # It is all there is to sign in with, so it has to be two factors in one; the page's script only asks for that.
    if not key.user_verified:
        raise NotVerified(detail="a first passkey whose device did not check its owner")
    return key


@transaction.atomic
def keep_first(*, user_id: uuid.UUID, who: FirstPasskey, key: NewKey) -> Passkey:
    """It is the account's, which goes by the handle that the device was given. Raises as `keep`."""
    PasskeyOwner.objects.update_or_create(user_id=user_id, defaults={"handle": who.handle})
    return keep(user_id=user_id, key=key)


@implements("WebAuthn L3", "7.1")
def judge_answer(*, user_id: uuid.UUID, place: Place, answer: Mapping[str, object], made_by_browser: bool = False) -> NewKey:
    """The key of an answer to `enrolment_options`, which is spent by this. Raises `PasskeyRefused`.

    Not inside a transaction: it asks the cache. `keep` writes what comes out of it.
    """
    sent = read_answer(answer, RegistrationAnswer)
    challenge = challenge_of(sent.response.client_data, ceremony=Ceremony.REGISTER)
    spend_challenge(challenge, ceremony=Ceremony.REGISTER, place=place, user_id=user_id)
    return judge_registration(sent, challenge=challenge, made_by_browser=made_by_browser)


@transaction.atomic
def keep(
    *,
    user_id: uuid.UUID,
    key: NewKey,
    name: FactorName = "",
    acting_sid: uuid.UUID | None = None,
    made_by_browser: bool = False,
) -> Passkey:
    """From now on it counts. Raises `PasskeyTaken`, `TooManyFactors`, `AuthenticatorRefused`, `Forbidden`.

    `acting_sid` is the session that asks, None in a sign-in. `made_by_browser`: after a password, without anybody asking for it;
    such a passkey signs in, but nobody is asked for it after their password, because they may not know that they have it.
    """
    user = hold_active_user(user_id)
    if user is None:
        raise Forbidden(detail="a disabled account enrols nothing")
    if passkeys_of(user.pk).count() >= MOST_OF_A_KIND:
        raise TooManyFactors(detail="passkeys")
    # The operator's rules of makes, for staff: the one place that asks them.
    judge(
        role=user.role,
        aaguid=key.aaguid,
        attestation_format=key.attestation_format,
        attestation_object=key.attestation_object,
    )
    passkey = _created(user, key, name=name or _name(key), is_second_step=not made_by_browser)
    facts = {"kind": FactorKind.PASSKEY, "factor": str(passkey.pk), "aaguid": str(key.aaguid)}
    record(event=Event.FACTOR_ADDED, user_id=user.pk, detail={**facts, **({"by": "browser"} if made_by_browser else {})})
    factors_changed.send(sender=Passkey, user_id=user.pk, acting_sid=acting_sid, ends_sessions=not made_by_browser)
    return passkey


def _created(user: User, key: NewKey, *, name: str, is_second_step: bool) -> Passkey:
    """The row; of two people who bring one key at once, the database lets one have it. Raises `PasskeyTaken`."""
    try:
        # A savepoint, so that the refusal of this one statement leaves the caller's transaction as it was.
        with transaction.atomic():
            return Passkey.objects.create(
                user=user,
                name=name,
                credential_id=key.credential_id,
                public_key=key.public_key,
                sign_count=key.sign_count,
                aaguid=key.aaguid,
                attestation_format=key.attestation_format,
                transports=list(key.transports),
                backup_eligible=key.backup_eligible,
                backed_up=key.backed_up,
                is_second_step=is_second_step,
            )
    except IntegrityError as exc:
        raise PasskeyTaken(detail="a credential id that is enrolled already") from exc


def _name(key: NewKey) -> str:
    """What the list calls it until its owner does: the maker's name where we know it."""
    return (name_of(key.aaguid) or _("Passkey"))[:LONGEST_NAME]
