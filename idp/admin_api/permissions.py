"""The gate of the admin API: scope, staff, two factors; for acts an administrator with a fresh proof. Everything else is refused.

A refusal that a stronger or fresher sign-in would lift says so: a token gets RFC 9470's challenge, a browser `meta.action`.
"""

from typing import cast

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from idp.account_api.authentication import Caller
from idp.accounts.models import User
from idp.core.errors import AuthenticationFailed, Forbidden
from idp.core.specs import implements
from idp.login.acr import TWO_FACTORS, meets, stronger
from idp.login.current import current_session
from idp.login.strength import FRESH_SECONDS, strongest_of
from idp.mfa.standing import standing_of
from idp.oidc.provider.scopes import ADMIN, may_administer
from idp.oidc.tokens.resource_server import insufficient_scope, insufficient_user_authentication
from idp.user_admin.authority import is_administrator, is_fresh
from idp.user_admin.errors import FreshProofNeeded, NotAdministrator


class StaffMayLook(BasePermission):
    """A member of staff, signed in with two factors."""

    @implements("OWASP ASVS 5.0", "8.2.1")
    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises `AuthenticationFailed`, `OAuthError` 401 or 403, `Forbidden`, `FreshProofNeeded`."""
        caller = request.auth
        if not isinstance(caller, Caller):
            raise _nobody(request)
        # The application.
        if not caller.may(ADMIN):
            raise insufficient_scope(ADMIN)
        if caller.client_id and not may_administer(caller):
            raise Forbidden(
                _("Only Fashionistar's own applications may be used for this, and none on a phone."),
                detail=f"client {caller.client_id}",
            )
        # The person, and how they signed in.
        member = cast("User", request.user)
        if not member.is_staff:
            raise Forbidden(_("This is for members of staff, and your account is not one of them."))
        if caller.actor is None or not meets(reached=caller.actor.acr, required=TWO_FACTORS):
            raise _stronger_sign_in(caller, member, fresh=False)
        return True


class AdministratorMayAct(StaffMayLook):
    """The same, of a role that may act on accounts, at most ten minutes after signing in. The service judges all this again."""

    @implements("OWASP ASVS 5.0", "7.5.3")
    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises as above, and `NotAdministrator`."""
        super().has_permission(request, view)
        caller, member = cast("Caller", request.auth), cast("User", request.user)
        if not is_administrator(member):
            raise NotAdministrator(detail=f"role {member.role}")
        if caller.actor is None or not is_fresh(caller.actor):
            raise _stronger_sign_in(caller, member, fresh=True)
        return True


def _nobody(request: Request) -> Exception:
    """Nobody, or somebody whose sign-in has become too weak for their role."""
    if current_session(request._request) is not None:  # DRF offers no other way to the request below
        return FreshProofNeeded(_("Please sign in again with your second step to continue."), detail="too weak for the role")
    return AuthenticationFailed(detail="nobody is signed in")


@implements("RFC 9470", "3")
def _stronger_sign_in(caller: Caller, member: User, *, fresh: bool) -> Exception:
    """What would help: for an act the strongest factors this member has, shown within ten minutes."""
    if not caller.client_id:
        return FreshProofNeeded(detail="a browser's sign-in")
    acr = stronger(TWO_FACTORS, strongest_of(standing_of(member.pk))) if fresh else TWO_FACTORS
    return insufficient_user_authentication(acr_values=acr, max_age=FRESH_SECONDS if fresh else None)
