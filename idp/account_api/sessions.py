"""`/api/v1/account/sessions`: where the person is signed in, and how to end that. The rules are `idp.self_service.services`.

No fresh sign-in is asked: whoever finds a stranger on the list must be able to act at once.
"""

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from idp.account_api.person import CHANGE_REFUSALS, REFUSALS, PersonView, actor_of, answered
from idp.account_api.self_service_serializers import SessionsAnswerSerializer
from idp.account_api.serializers import NothingAnswerSerializer
from idp.login import browser_session
from idp.self_service.selectors import sessions_of
from idp.self_service.services.end_sessions import end_one, end_others


class Sessions(PersonView):
    """All of them."""

    @extend_schema(
        operation_id="sessions_read",
        summary="Read where you are signed in",
        responses={200: SessionsAnswerSerializer, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """The one used last first."""
        return answered(_("This is where you are signed in."), sessions_of(actor_of(request)))

    @extend_schema(
        operation_id="sessions_end_others",
        summary="Sign out everywhere else",
        description="Every session but this one ends, and the applications used there lose their access at once.",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request) -> Response:
        """The session that asks goes on."""
        ended = end_others(actor=actor_of(request))
        if not ended:
            return answered(_("You are signed in nowhere else."))
        told = ngettext("Signed out on one other device.", "Signed out on %(count)d other devices.", ended)
        return answered(told % {"count": ended})


class Session(PersonView):
    """One of them."""

    @extend_schema(
        operation_id="session_end",
        summary="Sign out on one device",
        description="The applications used there lose their access at once. Ending this session signs you out here.",
        responses={200: NothingAnswerSerializer, **CHANGE_REFUSALS},
    )
    def delete(self, request: Request, sid: uuid.UUID) -> Response:
        """It is over."""
        actor = actor_of(request)
        end_one(actor=actor, sid=sid)
        if sid == actor.sid:
            # One's own: the browser holds nothing any more.
            browser_session.sign_out(request._request)  # DRF offers no other way to the request below
            return answered(_("You are signed out."))
        return answered(_("Signed out there. The applications used there lose their access at once."))
