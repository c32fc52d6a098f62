"""What a person can show beyond the password, and whether they must: the facts that a sign-in decides on."""

import uuid
from dataclasses import dataclass

from idp.accounts.selectors import get_active_user, password_mark
from idp.mfa.policy import must_have_second_factor
from idp.mfa.remembered_device.selectors import is_remembered
from idp.mfa.totp.selectors import confirmed_ids
from idp.mfa.webauthn.selectors import steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of one person, at this moment. Whoever has set up a second factor wants to be asked for it."""

    bound_by_role: bool = False
    # None of their addresses was proven to be theirs: before anything else counts, one is.
    is_unverified: bool = False
    has_totp: bool = False
    has_passkey: bool = False
    # Of the passkeys at least one that the person added themselves, and so expects to be asked for.
    asks_for_passkey: bool = False
    # Ids of everything that counts: what was proved with one that is gone proves nothing any more.
    factors: frozenset[uuid.UUID] = frozenset()
    # Of the password as it is now (`accounts.selectors`); "" of nobody, and of a disabled account.
    password_mark: str = ""
    # In the browser that asks they said not to be asked again, and that still counts.
    is_remembered: bool = False

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone lets this person in nowhere."""
        return self.bound_by_role or self.has_totp or self.asks_for_passkey


def standing_of(user_id: uuid.UUID | None, *, device: str = "") -> Standing:
    """`device` is the digest of the secret that the browser brought, if it brought one (`remembered_device.secret`).

    Three queries, with a device four; none before anybody is known. An account disabled meanwhile is bound by nothing and
    finishes no sign-in.
    """
    if user_id is None:
        return Standing()
    user = get_active_user(user_id)
    apps, passkeys = confirmed_ids(user_id), steps_of(user_id)
    return Standing(
        bound_by_role=user is not None and must_have_second_factor(user.role),
        is_unverified=user is not None and not user.is_verified,
        has_totp=bool(apps),
        has_passkey=bool(passkeys),
        asks_for_passkey=any(passkeys.values()),
        factors=frozenset((*apps, *passkeys)),
        password_mark=password_mark(user) if user is not None else "",
        is_remembered=is_remembered(user_id=user_id, digest=device),
    )
