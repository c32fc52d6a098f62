"""What this package refuses with: a status, a stable code for machines and a sentence for people.

All are DRF API exceptions that carry their own WWW-Authenticate and Retry-After, so they answer correctly under DRF's
stock exception handler too; `exception_handler` only adds the JSON envelope.
"""

from collections.abc import Sequence
from http import HTTPStatus

from rest_framework.exceptions import APIException

from fashionistar_auth.bearer import bearer_challenge


class Unavailable(APIException):
    """A refusal that says nothing about who asks: the same call may succeed in a few seconds."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        #: Seconds; DRF writes it as Retry-After.
        self.wait = retry_after


class ProviderUnavailable(Unavailable):
    """The provider did not give a trustworthy answer: nobody is let in, and nobody is told to sign in again."""

    default_code = "provider_unavailable"
    default_detail = "Your sign-in cannot be checked right now. Please try again in a few seconds."


class BearerRefusal(APIException):
    """A refusal announced by a Bearer challenge whose error code is the envelope's code."""

    def __init__(self, *, realm: str, **params: str | None) -> None:
        super().__init__()
        about = {"error": str(self.default_code), "error_description": str(self.default_detail)}
        self.auth_header = bearer_challenge(realm, {**about, **params})


class InvalidToken(BearerRefusal):
    """RFC 6750 section 3.1: malformed, unknown, expired, revoked, or not meant for this service."""

    status_code = HTTPStatus.UNAUTHORIZED
    default_code = "invalid_token"
    default_detail = "Your sign-in is not valid here or has ended. Please sign in again."


class InsufficientScope(BearerRefusal):
    """RFC 6750 section 3.1: the application was not allowed this."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "insufficient_scope"
    default_detail = "The application you are using was not given permission to do this."

    def __init__(self, *, realm: str, scopes: Sequence[str]) -> None:
        super().__init__(realm=realm, scope=" ".join(scopes))


class StepUpRequired(BearerRefusal):
    """RFC 9470 section 3: the person must prove more, or prove it again. `max_age` in seconds."""

    status_code = HTTPStatus.UNAUTHORIZED
    default_code = "insufficient_user_authentication"
    default_detail = "This needs a fresh or stronger sign-in. Please sign in again to confirm it is you."

    def __init__(self, *, realm: str, acr: str | None = None, max_age: int | None = None) -> None:
        age = None if max_age is None else str(max_age)
        super().__init__(realm=realm, acr_values=acr, max_age=age)


class InsufficientRole(APIException):
    """The person signed in well, but is not one of those who may do this."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "insufficient_role"
    default_detail = "Your account does not have the role that this needs."


class PersonRequired(APIException):
    """A service acts for itself where only a signed-in person may act."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "person_required"
    default_detail = "This can only be done by a signed-in person, not by a service."


class AccountUnknown(APIException):
    """The provider knows the person, this service does not."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "account_unknown"
    default_detail = "You are signed in, but you have no account in this service yet. Please contact support."


class AccountInactive(APIException):
    """The local account is switched off: signing in again would not help."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "account_inactive"
    default_detail = "Your account is not active in this service. Please contact support."


class AccountConflict(APIException):
    """A local account with the same unique data belongs to somebody else."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "account_conflict"
    default_detail = "Your account could not be set up because it clashes with another one. Please contact support."


class OriginNotAllowed(APIException):
    """The page that wants to open a WebSocket is not one of WEBSOCKET_ORIGINS, or not the one the ticket is for."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "origin_not_allowed"
    default_detail = "This page may not open a live connection to this service."


class InvalidTicket(APIException):
    """A WebSocket ticket that is malformed, unknown, expired or used, which are not told apart."""

    status_code = HTTPStatus.UNAUTHORIZED
    default_code = "invalid_ticket"
    default_detail = "The live connection could not be opened: its ticket is not valid any more. Please try again."


class TicketsUnavailable(Unavailable):
    """The cache that keeps tickets does not answer: none are issued and none accepted."""

    default_code = "tickets_unavailable"
    default_detail = "Live connections cannot be opened right now. Please try again in a few seconds."
