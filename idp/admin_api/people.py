"""`/api/v1/admin/users`: looking. Every answer that shows somebody is in the audit trail before it is given."""

import uuid
from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.account_api.person import CHANGE_REFUSALS, answered, sent_as
from idp.account_api.serializers import FailureSerializer
from idp.accounts.identifiers import parse_identifier
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.admin_api.authentication import WAYS_IN
from idp.admin_api.permissions import StaffMayLook
from idp.admin_api.serializers import (
    AdministeredSessionsAnswerSerializer,
    PeopleAnswerSerializer,
    PersonAnswerSerializer,
    PersonSearchSerializer,
)
from idp.core.api_ingress import parsed, single_valued
from idp.core.errors import InvalidInput
from idp.user_admin.schemas import PeopleQuery
from idp.user_admin.selectors import list_people, person_by, person_of, see, sessions_of
from idp.user_admin.services.record_look import record_list, record_look

_LOOKING = dict.fromkeys((400, 401, 403, 404, 503), FailureSerializer)
_QUERY = [
    OpenApiParameter("after", OpenApiTypes.UUID, description="The `next` of the page before."),
    OpenApiParameter("role", OpenApiTypes.STR, enum=Role.values),
    OpenApiParameter("is_active", OpenApiTypes.BOOL, description="False: suspended accounts only."),
]


class StaffView(APIView):
    """What every address of this API asks of a caller."""

    authentication_classes = WAYS_IN
    permission_classes: tuple[type[StaffMayLook], ...] = (StaffMayLook,)


class PeopleList(StaffView):
    """Accounts, page by page."""

    @extend_schema(
        operation_id="admin_users_list",
        summary="List accounts",
        description="Fifty a page, the newest first, addresses masked. Stands in the audit trail.",
        parameters=_QUERY,
        responses={200: PeopleAnswerSerializer, **_LOOKING},
    )
    def get(self, request: Request) -> Response:
        """One page. Raises InvalidInput for a query that cannot be read."""
        query = parsed(single_valued(request._request.GET), PeopleQuery)  # DRF offers no other way to the request below
        record_list(member_id=member_of(request).pk, what="users")
        page = list_people(after=query.after, role=query.role or "", is_active=query.is_active)
        return answered(_("These are the accounts.") if page.people else _("There is no such account."), page)


class PersonFinder(StaffView):
    """The account of an address."""

    @extend_schema(
        operation_id="admin_users_search",
        summary="Find the account of an email address or phone number",
        description="The whole address, in the body: part of no URL and no log. The answer is masked all the same.",
        request=PersonSearchSerializer,
        responses={200: PersonAnswerSerializer, **CHANGE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """The account. Raises InvalidInput, NoSuchAccount."""
        try:
            identifier = parse_identifier(sent_as(PersonSearchSerializer, request).identifier)
        except ValueError as unreadable:
            raise InvalidInput(fields={"identifier": [str(unreadable)]}) from unreadable
        return shown(request, person_by(identifier=identifier), _("This is the account."))


class Person(StaffView):
    """One account."""

    @extend_schema(
        operation_id="admin_user_read",
        summary="Read an account",
        description="Addresses are masked. Stands in the audit trail, once an hour for each member of staff.",
        responses={200: PersonAnswerSerializer, **_LOOKING},
    )
    def get(self, request: Request, user_id: uuid.UUID) -> Response:
        """The account. Raises NoSuchAccount."""
        return shown(request, person_of(user_id), _("This is the account."))


class PersonSessions(StaffView):
    """Where somebody is or was signed in."""

    @extend_schema(
        operation_id="admin_user_sessions",
        summary="Read the sessions of an account",
        description="The latest hundred. Stands in the audit trail as a look at the account.",
        responses={200: AdministeredSessionsAnswerSerializer, **_LOOKING},
    )
    def get(self, request: Request, user_id: uuid.UUID) -> Response:
        """The newest first. Raises NoSuchAccount."""
        person = person_of(user_id)
        record_look(member_id=member_of(request).pk, user_id=person.pk)
        return answered(_("These are the sessions of this account."), sessions_of(person.pk))


def member_of(request: Request) -> User:
    """Who is looking; behind the gate."""
    return cast("User", request.user)


def shown(request: Request, person: User, message: str) -> Response:
    """The account as it is now, once the look is on record. Raises as `record_look`."""
    record_look(member_id=member_of(request).pk, user_id=person.pk)
    return answered(message, see(person))
