"""Reading what a person has beyond the password."""

import uuid

from idp.accounts.models import User
from idp.accounts.selectors import links_of, sign_in_name
from idp.authenticators.schemas import Authenticator, Authenticators, ConnectedService, ConnectedServices
from idp.mfa.policy import must_have_second_factor
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.totp.selectors import confirmed
from idp.mfa.webauthn.selectors import accepted_here, passkeys_of


def authenticators_of(user: User) -> Authenticators:
    """All of them, passkeys first, the oldest first; nothing of it is secret."""
    passkeys = tuple(Authenticator.of_passkey(passkey) for passkey in passkeys_of(user.pk))
    return Authenticators(
        authenticators=passkeys + tuple(Authenticator.of(app) for app in confirmed(user.pk)),
        recovery_codes_left=codes_left(user.pk),
        required=must_have_second_factor(user.role),
        accepted=accepted_passkeys(user),
    )


def accepted_passkeys(user: User) -> dict[str, object] | None:
    """What a browser is told after a change, so that it stops offering passkeys that are gone and shows names as they are now."""
    return accepted_here(user.pk, account=sign_in_name(user), display_name=user.name)


def connected_services(user: User) -> ConnectedServices:
    """Everything elsewhere that signs this person in, the oldest first: one query."""
    return ConnectedServices(services=tuple(ConnectedService.of(link) for link in links_of(user)))


def second_factors(user_id: uuid.UUID) -> int:
    """How many factors the person can show; recovery codes are none, they only lead to a new one."""
    return confirmed(user_id).count() + passkeys_of(user_id).count()
