"""`/api/v1/admin/users/{id}/…`: acts. Each takes a reason, calls one service of `idp.user_admin`, answers with the account."""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.authentication import Caller
from idp.account_api.person import CHANGE_REFUSALS, answered, sent_as
from idp.admin_api.people import StaffView, shown
from idp.admin_api.permissions import AdministratorMayAct
from idp.admin_api.serializers import (
    AddressConfirmationSerializer,
    PersonAnswerSerializer,
    ReasonedSerializer,
    RevealedAnswerSerializer,
    RoleChangeSerializer,
)
from idp.user_admin.authority import Order
from idp.user_admin.schemas import Reasoned
from idp.user_admin.selectors import person_of
from idp.user_admin.services.confirm_address import confirm_address
from idp.user_admin.services.reset_factors import reset_factors
from idp.user_admin.services.reset_password import reset_password
from idp.user_admin.services.reveal import reveal
from idp.user_admin.services.sign_out import end_all_sessions, end_one_session
from idp.user_admin.services.standing import change_role, reactivate, suspend

_ACTING = {200: PersonAnswerSerializer, **CHANGE_REFUSALS}
_FRESH = "Administrators, within ten minutes of signing in. The reason stands in the audit trail with who acted."


class ActView(StaffView):
    """What every act asks of a caller."""

    permission_classes = (AdministratorMayAct,)


class Suspension(ActView):
    """Nobody signs in with the account."""

    @extend_schema(
        operation_id="admin_user_suspend", summary="Suspend an account", request=ReasonedSerializer, responses=_ACTING,
        description=f"Every session and token of it ends at once, and the person is told. Not one's own account. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """It is suspended. Raises as the service."""
        changed = suspend(_ordered(request, user_id))
        return _after(request, user_id, _("The account is suspended.") if changed else _("The account was suspended already."))


class Reactivation(ActView):
    """The end of a suspension."""

    @extend_schema(
        operation_id="admin_user_reactivate", summary="Reactivate an account", request=ReasonedSerializer, responses=_ACTING,
        description=f"The person can sign in again and is told. What had ended stays ended. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """It can be used. Raises as the service."""
        changed = reactivate(_ordered(request, user_id))
        return _after(request, user_id, _("The account can be used again.") if changed else _("The account was not suspended."))


class ConfirmedAddress(ActView):
    """An address that our code does not reach."""

    @extend_schema(
        operation_id="admin_user_confirm_address", summary="Confirm an address", request=AddressConfirmationSerializer,
        responses=_ACTING, description=f"Whoever reads the messages of that address is told. Not one's own account. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """It counts. Raises as the service."""
        asked = sent_as(AddressConfirmationSerializer, request)
        changed = confirm_address(_ordered(request, user_id, asked), kind=asked.kind)
        return _after(request, user_id, _("The address is confirmed.") if changed else _("The address was confirmed already."))


class PasswordReset(ActView):
    """A new password, chosen by its owner."""

    @extend_schema(
        operation_id="admin_user_reset_password", summary="Force a new password", request=ReasonedSerializer, responses=_ACTING,
        description="The old password stops working, every session and token ends, and the person is written how to choose "
        f"another. Nobody else sets or sees one. Not one's own account. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """The account has none. Raises as the service."""
        reset_password(_ordered(request, user_id))
        return _after(request, user_id, _("The password does not work any more. We wrote to the person how to choose a new one."))


class RoleOfPerson(ActView):
    """Another role."""

    @extend_schema(
        operation_id="admin_user_change_role", summary="Change the role of an account", request=RoleChangeSerializer,
        responses=_ACTING, description=f"Every session ends, and the person is told. None above one's own. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """It has it. Raises as the service."""
        asked = sent_as(RoleChangeSerializer, request)
        changed = change_role(_ordered(request, user_id, asked), role=asked.role)
        return _after(
            request, user_id, _("The role is changed, and the person signs in anew.") if changed else _("The role is the same.")
        )


class SignOut(ActView):
    """The end of all sessions."""

    @extend_schema(
        operation_id="admin_user_end_sessions", summary="End all sessions of an account", request=ReasonedSerializer,
        responses=_ACTING, description=f"Their tokens end with them, and the person is told. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """Nobody is signed in. Raises as the service."""
        ended = end_all_sessions(_ordered(request, user_id))
        return _after(request, user_id, _("All sessions of this account have ended.") if ended else _("No session was open."))


class SessionEnd(ActView):
    """The end of one session."""

    @extend_schema(
        operation_id="admin_user_end_session", summary="End one session of an account", request=ReasonedSerializer,
        responses=_ACTING, description=f"Its tokens end with it, and the person is told. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID, sid: uuid.UUID) -> Response:
        """It is over. Raises as the service."""
        end_one_session(_ordered(request, user_id), sid=sid)
        return _after(request, user_id, _("The session has ended."))


class FactorReset(ActView):
    """A new beginning for somebody who lost every second factor."""

    @extend_schema(
        operation_id="admin_user_reset_factors", summary="Reset the second factors of an account", request=ReasonedSerializer,
        responses=_ACTING, description=f"The person is signed out everywhere and told. Not one's own account. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """They are gone. Raises as the service."""
        reset_factors(_ordered(request, user_id))
        return _after(
            request, user_id, _("The second factors are gone. The next sign-in sets up new ones where the role needs them.")
        )


class Reveal(ActView):
    """Addresses in full."""

    @extend_schema(
        operation_id="admin_user_reveal", summary="Show the addresses of an account in full", request=ReasonedSerializer,
        responses={200: RevealedAnswerSerializer, **CHANGE_REFUSALS}, description=f"Recorded before anything is shown. {_FRESH}",
    )  # fmt: skip
    def post(self, request: Request, user_id: uuid.UUID) -> Response:
        """Both of them. Raises as the service."""
        shown = reveal(_ordered(request, user_id))
        return answered(_("These are the addresses of this account. It is on record that you saw them."), shown)


def _ordered(request: Request, user_id: uuid.UUID, asked: Reasoned | None = None) -> Order:
    """What the caller wants done, and why; `asked` where the body says more than that. Raises InvalidInput for another body.

    The gate saw to it that there is a sign-in behind the call.
    """
    caller = request.auth
    assert isinstance(caller, Caller)
    assert caller.actor is not None
    asked = asked or sent_as(ReasonedSerializer, request)
    return Order(actor=caller.actor, user_id=user_id, reason=asked.reason)


def _after(request: Request, user_id: uuid.UUID, message: str) -> Response:
    """The account as it is now: a look, also where the act found nothing to change."""
    return shown(request, person_of(user_id), message)
