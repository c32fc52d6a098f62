"""The seam to Django Ninja: `BearerAuth` beside the DRF class, for asynchronous and synchronous operations alike.

    api = NinjaAPI(auth=BearerAuth())
    add_error_handlers(api)

    @api.get("/payouts", auth=BearerAuth(any_role("vendor"), signed_in_with("aal2", 300)))
    async def payouts(request): ...

The rules are those of `fashionistar_auth.rules`. Needs the extra `ninja`.
"""

import math
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security.http import HttpAuthBase
from rest_framework import exceptions

from fashionistar_auth.bearer import MalformedCredentials, bearer_challenge, read_bearer_token
from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import get_settings
from fashionistar_auth.envelope import failure_body
from fashionistar_auth.errors import InvalidToken
from fashionistar_auth.exception_handler import code_of
from fashionistar_auth.permissions import rule_context
from fashionistar_auth.request_id import HEADER, request_id_of
from fashionistar_auth.rules import Rule
from fashionistar_auth.sentences import sentence_for
from fashionistar_auth.users import principal_of
from fashionistar_auth.validation import avalidate


class BearerAuth(HttpAuthBase):
    """Accepts an access token that `validation` calls valid and meant for this service, if every rule agrees.

    `request.user` becomes the local user or the service, `request.auth` the claims.
    """

    openapi_scheme = "bearer"

    def __init__(self, *rules: Rule) -> None:
        super().__init__()
        self._rules = rules

    async def __call__(self, request: HttpRequest) -> TokenClaims | None:
        """Return the claims; None when the request carries no Bearer token, so that the next kind of proof is asked.

        Raises: InvalidToken, ProviderUnavailable, AccountUnknown, AccountInactive, AccountConflict, a rule's refusal.
        """
        # The header is the only way in, as for DRF.
        realm = get_settings().resource
        try:
            token = read_bearer_token(cast("str", request.META.get("HTTP_AUTHORIZATION", "")))
        except MalformedCredentials as exc:
            raise InvalidToken(realm=realm) from exc
        if token is None:
            return None

        # What the token is worth, whom that is here, and whether it is enough.
        claims = await avalidate(token)
        if claims is None:
            raise InvalidToken(realm=realm)
        principal = await sync_to_async(principal_of)(claims)
        context = rule_context()
        for rule in self._rules:
            if refusal := rule(claims, context):
                raise refusal
        # A service is no user of Django's, as for DRF.
        request.user = cast("Any", principal)
        return claims


def add_error_handlers(api: NinjaAPI) -> None:
    """Answer every refusal in the envelope, with its challenge. What is unexpected stays Django's: handler500."""
    for kind in (exceptions.APIException, HttpError, ValidationError, Http404):
        api.add_exception_handler(kind, _handle)


def _handle(request: HttpRequest, exc: object) -> HttpResponse:
    """Translate what Ninja raises by itself into what the envelope knows, as `exception_handler` does for Django's."""
    match exc:
        case exceptions.APIException():
            return _answer(request, exc)
        case AuthenticationError():
            # No proof at all: the challenge carries no error code (RFC 6750 section 3.1).
            answer = _answer(request, exceptions.NotAuthenticated())
            answer["WWW-Authenticate"] = bearer_challenge(get_settings().resource)
            return answer
        case Throttled():
            return _answer(request, exceptions.Throttled(exc.wait))
        case ValidationError():
            return _invalid(request, exc)
        case HttpError():
            # The service's own sentence and status.
            failure = exceptions.APIException(str(exc), code="refused")
            failure.status_code = exc.status_code
            return _answer(request, failure)
        case _:
            return _answer(request, exceptions.NotFound())


def _answer(
    request: HttpRequest, exc: exceptions.APIException, errors: dict[str, list[str]] | None = None
) -> HttpResponse:
    """One failure in the envelope."""
    request_id, code = request_id_of(request), str(exc.default_code) if errors else code_of(exc)
    body = failure_body(message=sentence_for(exc), code=code, errors=errors, request_id=request_id)
    answer = JsonResponse(body, status=exc.status_code, headers={HEADER: request_id})
    # As DRF does: the refusals of this package carry both.
    if challenge := getattr(exc, "auth_header", None):
        answer["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        answer["Retry-After"] = str(math.ceil(wait))
    return answer


def _invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Ninja's own status for a body, query or path that does not fit (422), and which field it was."""
    errors: dict[str, list[str]] = {}
    for error in exc.errors:
        # The first part says body, query or path; the second is the parameter's name in the code.
        field = ".".join(str(part) for part in error["loc"][1:]) or "non_field_errors"
        errors.setdefault(field, []).append(str(error["msg"]))
    return _answer(request, _Unprocessable(), errors)


class _Unprocessable(exceptions.ValidationError):
    """Ninja's status for what does not fit; the code and sentence are those of DRF services."""

    status_code = 422
    default_code = "validation_error"
