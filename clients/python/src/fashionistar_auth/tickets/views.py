"""The endpoint that gives tickets: route it anywhere, for example at `api/socket-ticket`."""

from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fashionistar_auth.authentication import BearerTokenAuthentication
from fashionistar_auth.bearer import read_bearer_token
from fashionistar_auth.envelope import success
from fashionistar_auth.errors import OriginNotAllowed
from fashionistar_auth.permissions import IsPerson
from fashionistar_auth.tickets.service import issue_ticket


class TicketRequest(BaseModel):
    """The page the ticket is for: a back end for front end names its own origin."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    origin: Annotated[str, Field(min_length=8, max_length=255)]


class IssueTicket(APIView):
    """A ticket for the signed-in caller; services need none, they can send a header."""

    authentication_classes = (BearerTokenAuthentication,)
    permission_classes = (IsPerson,)

    def post(self, request: Request) -> Response:
        """201 with the ticket. Raises: ValidationError, OriginNotAllowed, TicketsUnavailable."""
        try:
            wanted = TicketRequest.model_validate(request.data)
        except ValidationError as exc:
            raise exceptions.ValidationError(
                {".".join(map(str, e["loc"])) or "non_field_errors": [e["msg"]] for e in exc.errors()}
            ) from exc
        # A page that asks by itself can ask for itself only.
        if request.headers.get("Origin", wanted.origin) != wanted.origin:
            raise OriginNotAllowed
        # The authentication above has read the same header.
        token = read_bearer_token(cast("str", request.META.get("HTTP_AUTHORIZATION", ""))) or ""
        ticket = issue_ticket(token=token, origin=wanted.origin)
        answer = success(
            {"ticket": ticket.value, "expires_in": ticket.expires_in},
            message="You can open the live connection now.",
            status=201,
        )
        answer["Cache-Control"] = "no-store"
        return answer
