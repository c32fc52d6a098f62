"""The buttons on the page of a person and of a session. Each asks why and calls one service of `idp.user_admin`."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.types import AddressKind
from idp.core.errors import InvalidInput, Text
from idp.login.models import SsoSession
from idp.mfa.standing import standing_of
from idp.staff.acts import Act, Asked
from idp.user_admin.authority import ADMINISTRATORS, Order
from idp.user_admin.services.confirm_address import confirm_address
from idp.user_admin.services.reset_factors import reset_factors
from idp.user_admin.services.reset_password import reset_password
from idp.user_admin.services.reveal import reveal
from idp.user_admin.services.sign_out import end_all_sessions, end_one_session
from idp.user_admin.services.standing import change_role, reactivate, suspend


# --- What they do -------------------------------------------------------------------------------------------------------
def _order(person: User, asked: Asked) -> Order:
    return Order(actor=asked.actor, user_id=person.pk, reason=asked.reason)


def _confirm_address(person: User, asked: Asked) -> None:
    """Raises InvalidInput for what the question did not offer, and as the service."""
    confirm_address(_order(person, asked), kind=AddressKind(_picked(asked, dict(_unconfirmed(person)))))


def _change_role(person: User, asked: Asked) -> Sequence[tuple[Text, str]]:
    """The role as it is now. Raises as above."""
    role = Role(_picked(asked, dict(_other_roles(person))))
    change_role(_order(person, asked), role=role)
    return ((_("role"), role.label),)


def _reveal(person: User, asked: Asked) -> Sequence[tuple[Text, str]]:
    shown = reveal(_order(person, asked))
    return ((_("email"), shown.email or _("none")), (_("phone"), shown.phone_number or _("none")))


def _end_session(session: SsoSession, asked: Asked) -> None:
    end_one_session(Order(actor=asked.actor, user_id=session.user_id, reason=asked.reason), sid=session.pk)


# --- When they apply, and what they offer -------------------------------------------------------------------------------
def _picked(asked: Asked, offered: dict[str, Text]) -> str:
    """Raises InvalidInput."""
    if asked.option not in offered:
        raise InvalidInput(_("This cannot be chosen any more. Please go back, and open the page afresh."), detail="not offered")
    return asked.option


def _unconfirmed(person: User) -> list[tuple[str, Text]]:
    """Addresses that the account has and nobody proved."""
    kinds = (
        (AddressKind.EMAIL, _("Email address"), person.email, person.email_verified),
        (AddressKind.PHONE_NUMBER, _("Phone number"), person.phone_number, person.phone_number_verified),
    )
    return [(kind.value, label) for kind, label, address, is_proven in kinds if address and not is_proven]


def _other_roles(person: User) -> list[tuple[str, Text]]:
    return [(role.value, role.label) for role in Role if role != person.role]


def _has_factors(person: User) -> bool:
    return person.is_active and bool(standing_of(person.pk).factors)


def _has_open_sessions(person: User) -> bool:
    return person.sso_sessions.filter(ended_at=None).exists()


# --- The buttons --------------------------------------------------------------------------------------------------------
# Of an administrator, who says why: `idp.user_admin` judges both.
_reasoned = partial(Act, roles=ADMINISTRATORS, asks_reason=True)
PERSON_ACTS = (
    _reasoned(
        name="disable",
        label=gettext_lazy("Disable this account"),
        question=gettext_lazy("The person is signed out everywhere and told, and every token of theirs ends at once."),
        done=gettext_lazy("The account is disabled, and everything it had open has ended."),
        applies=lambda person: person.is_active,
        run=lambda person, asked: suspend(_order(person, asked)),
    ),
    _reasoned(
        name="enable",
        label=gettext_lazy("Enable this account"),
        question=gettext_lazy("The person can sign in again and is told. What was ended before stays ended."),
        done=gettext_lazy("The account is enabled."),
        applies=lambda person: not person.is_active,
        run=lambda person, asked: reactivate(_order(person, asked)),
    ),
    _reasoned(
        name="confirm-address",
        label=gettext_lazy("Confirm an address"),
        question=gettext_lazy(
            "The address counts as this person's, as if they had entered our code. Whoever reads its messages is told. Only do "
            "this once you are sure who is asking."
        ),
        done=gettext_lazy("Every address of this account is confirmed."),
        applies=lambda person: bool(_unconfirmed(person)),
        run=_confirm_address,
        options=_unconfirmed,
        options_label=gettext_lazy("Which address"),
    ),
    _reasoned(
        name="reset-password",
        label=gettext_lazy("Force a new password"),
        question=gettext_lazy(
            "The old password stops working, the person is signed out everywhere, and we write to them how to choose a new one. "
            "Nobody else sets or sees it."
        ),
        done=gettext_lazy("The old password does not work any more, and the person was written to."),
        applies=lambda person: person.is_active and person.is_verified and person.has_usable_password(),
        run=lambda person, asked: reset_password(_order(person, asked)),
    ),
    _reasoned(
        name="change-role",
        label=gettext_lazy("Change the role"),
        question=gettext_lazy("The person is signed out everywhere and told, and signs in anew as what the new role requires."),
        done=gettext_lazy("The role is changed, and the person signs in anew."),
        applies=lambda _person: True,
        run=_change_role,
        options=_other_roles,
        options_label=gettext_lazy("New role"),
        # Another one can be given at any time, so the page of the row could not tell that it was done.
        shows_outcome=True,
    ),
    _reasoned(
        name="end-sessions",
        label=gettext_lazy("End all sessions"),
        question=gettext_lazy("The person is signed out in every browser and app and told, and can sign in again."),
        done=gettext_lazy("All sessions of this account have ended."),
        applies=_has_open_sessions,
        run=lambda person, asked: end_all_sessions(_order(person, asked)),
    ),
    _reasoned(
        name="reset-factors",
        label=gettext_lazy("Reset second factors"),
        question=gettext_lazy(
            "Authenticator apps, passkeys and recovery codes are removed, and the person is signed out everywhere and told. "
            "Only do this once you are sure who is asking."
        ),
        done=gettext_lazy("The second factors are gone. The next sign-in sets up new ones where the role needs them."),
        applies=_has_factors,
        run=lambda person, asked: reset_factors(_order(person, asked)),
    ),
    _reasoned(
        name="reveal",
        label=gettext_lazy("Show the addresses in full"),
        question=gettext_lazy("It is recorded that you saw them, and why."),
        done=gettext_lazy("These are the addresses of this account. It is on record that you saw them."),
        applies=lambda _person: True,
        run=_reveal,
        shows_outcome=True,
    ),
)

SESSION_ACTS = (
    _reasoned(
        name="end",
        label=gettext_lazy("End this session"),
        question=gettext_lazy("The browser is signed out, every token of this session ends at once, and the person is told."),
        done=gettext_lazy("The session has ended."),
        # An expired one too: tokens with offline access outlive it.
        applies=lambda session: session.ended_at is None,
        run=_end_session,
    ),
)
