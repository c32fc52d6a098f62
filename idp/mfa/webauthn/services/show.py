"""Show a passkey: after a password, or instead of name and password. Who it belongs to is read from our own records."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from idp.core import clock
from idp.core.specs import implements
from idp.mfa.webauthn.assertion import judge_assertion
from idp.mfa.webauthn.challenge import new_challenge, spend_challenge
from idp.mfa.webauthn.client_data import challenge_of
from idp.mfa.webauthn.errors import PasskeyCopied, PasskeyRefused, PasskeyUnknown
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.options import Options, request_options
from idp.mfa.webauthn.schemas import AssertionAnswer, read_answer, to_base64url
from idp.mfa.webauthn.selectors import find_passkey, handle_of, passkeys_of
from idp.mfa.webauthn.types import Ceremony, Place, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Which passkey it was and whether the device checked who holds it."""

    passkey: Passkey
    user_verified: bool


def showing_options(*, user_id: uuid.UUID | None, place: Place, must_verify: bool) -> Options:
    """What to ask the browser; `user_id` None asks for any passkey of this site, which says who it is."""
    challenge = new_challenge(ceremony=Ceremony.AUTHENTICATE, place=place, user_id=user_id)
    keys = [] if user_id is None else list(passkeys_of(user_id))
    return request_options(challenge=challenge, keys=keys, must_verify=must_verify or user_id is None)


@implements("WebAuthn L3", "7.2")
def show(*, user_id: uuid.UUID | None, place: Place, answer: Mapping[str, object], must_verify: bool) -> Proven:
    """The passkey is theirs; with `user_id` None it says who they are, and must verify them. Raises `PasskeyRefused`."""
    sent = read_answer(answer, AssertionAnswer)
    challenge = challenge_of(sent.response.client_data, ceremony=Ceremony.AUTHENTICATE)
    spend_challenge(challenge, ceremony=Ceremony.AUTHENTICATE, place=place, user_id=user_id)
    key = _owned(sent, user_id)
    shown = judge_assertion(sent, challenge=challenge, key=key, must_verify=must_verify or user_id is None)
    _used(key, shown)
    return Proven(passkey=key, user_verified=shown.user_verified)


@implements("WebAuthn L3", "7.2")
def _owned(sent: AssertionAnswer, user_id: uuid.UUID | None) -> Passkey:
    """Our record of the key, and its person is the one who is known; else the one its handle names. Raises `PasskeyRefused`."""
    key = find_passkey(sent.credential_id)
    if key is None or (user_id is not None and key.user_id != user_id):
        raise PasskeyUnknown(credential_id=sent.credential_id, detail="no such passkey, or another person's")
    handle = sent.response.user_handle
    if handle is None and user_id is None:
        raise PasskeyRefused(detail="no user handle where nobody is named")
    if handle is not None and to_base64url(handle) != handle_of(key.user_id):
        raise PasskeyRefused(detail="the user handle is another person's")
    return key


@implements("WebAuthn L3", "6.1.1")
def _used(key: Passkey, shown: Shown) -> None:
    """Note the use. One conditional UPDATE decides on the counter, of any number of answers at once. Raises `PasskeyCopied`.

    Of a key that may be copied (a synced passkey) the counter says nothing, and most send none. Of one that may not, a counter
    that stands still refuses this answer and no other: the device that is ahead goes on working, its owner is told on the page of
    their factors, and nobody is locked out.
    """
    held = Passkey.objects.filter(pk=key.pk)
    moment = clock.now()
    grown = Q(sign_count__lt=shown.sign_count) | (Q(sign_count=0) if shown.sign_count == 0 else Q(pk=None))
    fresh = held if key.backup_eligible else held.filter(grown)
    if fresh.update(sign_count=shown.sign_count, backed_up=shown.backed_up, last_used_at=moment):
        return
    if not held.update(copied_at=moment if key.copied_at is None else F("copied_at")):
        raise PasskeyUnknown(credential_id=key.credential_id, detail="removed meanwhile")
    raise PasskeyCopied(detail=f"counter {shown.sign_count} of {key.pk} does not grow")
