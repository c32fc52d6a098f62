"""Which callers may read an account, and which may change it."""

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from idp.account_api.authentication import Caller
from idp.core.errors import Forbidden
from idp.oidc.tokens.resource_server import insufficient_scope

SCOPE = "profile"


class MayUseProfile(BasePermission):
    """The person in their own browser; an application with scope `profile`, which changes things only if it is one of ours.

    People grant `profile` to let an application know their name, not to let it rename them.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """False means: nobody is signed in. Raises `OAuthError` 403 for a missing scope, `Forbidden` for another's client."""
        caller = request.auth
        if not isinstance(caller, Caller):
            return False
        if not caller.may(SCOPE):
            raise insufficient_scope(SCOPE)
        if request.method not in SAFE_METHODS and caller.client_id and not caller.first_party:
            raise Forbidden(
                _("This application may read your profile, not change it. Please change it in your account."),
                code="application_may_not_change",
                detail=f"client {caller.client_id} is not first party",
            )
        return True
