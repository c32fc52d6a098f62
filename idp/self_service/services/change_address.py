"""Change one's e-mail address or phone number: fresh proof, a code to the new one, and only then is it the account's.

What is pending lies sealed in the cache under the session that asked: it ends with it, whatever ends it (a recovered password, a
sign-out, a disabled account). An address that has another account gets a message without a code, and the page is the same.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Identifier, parse_email, parse_phone
from idp.accounts.models import User
from idp.accounts.selectors import find_user, get_active_user
from idp.accounts.services.replace_address import replace_address
from idp.accounts.types import AddressKind
from idp.authenticators.errors import SessionOver
from idp.authenticators.services.fresh_proof import hold_proven, require_proof
from idp.core.auth_context import AuthContext
from idp.core.ephemeral import Ephemeral
from idp.core.errors import InvalidInput
from idp.core.specs import implements
from idp.login.services.count_attempt import count_enrolment_attempt, forget_attempts
from idp.mfa.one_time_code.services.check_code import check_code
from idp.mfa.one_time_code.services.send_code import LIFETIME_SECONDS, send_code, send_instead
from idp.mfa.one_time_code.types import Asked, proof_of
from idp.self_service.errors import AddressTakenMeanwhile, NothingPending
from idp.self_service.schemas import AddressChange, PendingAddress

_PENDING: Ephemeral[PendingAddress] = Ephemeral(kind="new-address", model=PendingAddress, lifetime=LIFETIME_SECONDS)


def pending_address(*, actor: AuthContext) -> PendingAddress | None:
    """What this session asked for and has not proven yet."""
    return _PENDING.get(str(actor.sid))


@implements("OIDC Core", "5.7")
def begin_change(*, actor: AuthContext, change: AddressChange) -> None:
    """A code to the new address; nothing of the account changes.

    Raises `ProofTooOld`, `SessionOver`, `InvalidInput`, `CodeTooSoon`.
    """
    require_proof(actor)
    user = get_active_user(actor.user_id)
    if user is None:
        raise SessionOver(detail="the account was disabled meanwhile")
    wanted = PendingAddress(kind=change.kind, address=change.address)
    to = _parsed(wanted)
    if to.value == _present(user, change.kind):
        raise InvalidInput(fields={"address": [_("Your account has this address already.")]})
    if find_user(to) is None:
        send_code(asked=_asked(actor, to), language=user.locale)
    else:
        send_instead(asked=_asked(actor, to), template="address_in_use", language=user.locale)
    _PENDING.put(str(actor.sid), PendingAddress(kind=change.kind, address=to.value))


@implements("OIDC Core", "5.7")
def confirm_change(*, actor: AuthContext, code: SecretStr) -> User:
    """The account with its new address, proven. Guesses are counted for the person, over all codes.

    Raises `ProofTooOld`, `SessionOver`, `NothingPending`, `CodeRefused`, `TooManyAttempts`, `AddressTakenMeanwhile`.
    """
    require_proof(actor)
    pending = pending_address(actor=actor)
    if pending is None:
        raise NothingPending(detail="nothing pending in this session")
    to = _parsed(pending)
    attempt = count_enrolment_attempt(user_id=actor.user_id)
    # Outside the transaction: a refusal must leave its try counted.
    check_code(asked=_asked(actor, to), code=code.get_secret_value())
    forget_attempts(attempt=attempt)
    try:
        with transaction.atomic():
            user = hold_proven(actor)
            replace_address(user=user, to=to, sid=actor.sid)
    except AccountExists as exc:
        raise AddressTakenMeanwhile(detail=exc.detail) from exc
    finally:
        _PENDING.discard(str(actor.sid))
    return user


def drop_change(*, actor: AuthContext) -> None:
    """Nothing is pending any more."""
    _PENDING.discard(str(actor.sid))


def _parsed(wanted: PendingAddress) -> Identifier:
    """Raises `InvalidInput` with a sentence."""
    try:
        return parse_email(wanted.address) if wanted.kind is AddressKind.EMAIL else parse_phone(wanted.address)
    except ValueError as exc:
        raise InvalidInput(fields={"address": [str(exc)]}) from exc


def _present(user: User, kind: AddressKind) -> str | None:
    """As it is proven; an unproven one may be proven this way."""
    if kind is AddressKind.EMAIL:
        return user.email if user.email_verified else None
    return user.phone_number if user.phone_number_verified else None


def _asked(actor: AuthContext, to: Identifier) -> Asked:
    """The code counts in this session alone."""
    return Asked(purpose=proof_of(to), to=to, visit=f"address.{actor.sid}")
