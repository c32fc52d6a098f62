"""What every address for the person alone shares: in their own browser only, never by an access token.

Whatever shows a secret or changes how somebody signs in asks for a sign-in of the last ten minutes with the strongest factors
(403 `step_up_required`, `meta.action` says where to go). The services behind the views judge that; nothing here decides it.
"""

from typing import TypeVar, cast

from pydantic import BaseModel
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.account_api.authentication import PersonAuthentication
from idp.account_api.serializers import FailureSerializer
from idp.authenticators.errors import ProofTooOld
from idp.core import envelope
from idp.core.auth_context import AuthContext
from idp.core.errors import AuthenticationFailed
from idp.core.serializers import SchemaSerializer
from idp.login.acr import ONE_FACTOR
from idp.login.current import current_session

Model = TypeVar("Model", bound=BaseModel)

# The refusals that the API document lists: of a reading, of a change, and of one that is counted.
REFUSALS = dict.fromkeys((401, 403, 503), FailureSerializer)
CHANGE_REFUSALS = {**REFUSALS, **dict.fromkeys((400, 404, 409, 413, 415), FailureSerializer)}
LIMITED_REFUSALS = {**CHANGE_REFUSALS, 429: FailureSerializer}


class InOwnBrowser(BasePermission):
    """Somebody signed in here, as strongly as their role must be."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises `AuthenticationFailed`, and `ProofTooOld` for a session from before the role asked for more."""
        session = current_session(request._request)  # DRF offers no other way to the request below
        if session is None:
            # No WWW-Authenticate, as on the sign-in pages: there is no HTTP scheme to come back with.
            raise AuthenticationFailed(detail="nobody is signed in")
        if not session.meets(ONE_FACTOR):
            raise ProofTooOld(detail=f"acr {session.acr} is too little for the role")
        return True


class PersonView(APIView):
    """What every address for the person alone asks of a caller."""

    authentication_classes = (PersonAuthentication,)
    permission_classes = (InOwnBrowser,)


def actor_of(request: Request) -> AuthContext:
    """The sign-in behind the request, which the services judge; `InOwnBrowser` saw to it that there is one."""
    session = current_session(request._request)  # as above
    assert session is not None
    return session.context


def sent_as(serializer: type[SchemaSerializer[Model]], request: Request) -> Model:
    """The body, validated. Raises DRF's ValidationError."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return cast("Model", body.validated_data)


def answered(message: str, data: BaseModel | None = None, *, status: int = 200) -> Response:
    """The envelope of every answer here."""
    return Response(envelope.success(message, None if data is None else data.model_dump(mode="json")), status=status)
