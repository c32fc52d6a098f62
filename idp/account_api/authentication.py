"""Who calls the API: a browser that is signed in here, or an application with an access token. Never both in one request.

A request that presents a token is judged by the token alone (RFC 6750 §2), so a page of another origin gains nothing from a
cookie that happens to travel along.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from idp.accounts.models import User
from idp.core.auth_context import AuthContext
from idp.core.errors import Forbidden
from idp.core.specs import implements
from idp.login.acr import ONE_FACTOR
from idp.login.current import current_session
from idp.oidc.models.session_bound import recorded_context
from idp.oidc.tokens.lookup import live_access_token
from idp.oidc.tokens.resource_server import REALM, bearer_token, invalid_token


@dataclass(frozen=True, slots=True)
class Caller:
    """What a permission may ask about the call: DRF keeps it as `request.auth`."""

    # Empty and False for the person themselves, in a browser signed in here.
    client_id: str = ""
    # Of the client, as registered now.
    first_party: bool = False
    application_type: str = ""
    scopes: frozenset[str] | None = None
    sid: uuid.UUID | None = None
    # The sign-in behind the call: of the session, or as the token carries it.
    actor: AuthContext | None = None

    def may(self, scope: str) -> bool:
        """Whether this scope was granted; the person's own session has no bounds."""
        return self.scopes is None or scope in self.scopes


class BearerAuthentication(BaseAuthentication):
    """An access token in the Authorization header."""

    @implements("RFC 6750", "2.1")
    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """The person behind the token, None when no token is presented. Raises `OAuthError` 401."""
        http = request._request  # DRF offers no other way to the request below
        if not _presents_token(http):
            return None
        token = live_access_token(bearer_token(http))
        # A client's own token stands for nobody, and this API is about somebody.
        if token is None or token.user is None:
            raise invalid_token(_("The access token is unknown, expired or revoked, or does not stand for a person."))
        if settings.IDP_ISSUER not in token.row.resource:
            raise invalid_token(_("The access token is meant for another audience."))
        client = token.client
        return token.user, Caller(
            client_id=client.client_id,
            first_party=client.first_party,
            application_type=client.application_type,
            scopes=frozenset(token.scopes),
            sid=token.row.sid,
            actor=recorded_context(token.row, user_id=token.user.pk),
        )

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 6750 §3)."""
        return REALM


class SessionAuthentication(BaseAuthentication):
    """The session of this browser, with Django's CSRF check for everything that changes something."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """The person signed in here, as strongly as their role asks, or None. Raises `Forbidden` without the right CSRF token."""
        http = request._request  # as above
        session = current_session(http)
        if session is None or not session.meets(ONE_FACTOR):
            return None
        _enforce_csrf(http)
        return session.user, Caller(sid=session.pk, actor=session.context)


class PersonAuthentication(SessionAuthentication):
    """The person in their own browser and nobody else: for what no application may touch, whatever it was granted."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """As a session. Raises `Forbidden` when a token is presented, even beside a cookie."""
        if _presents_token(request._request):  # as above
            raise Forbidden(
                _("Applications may not see or change how you sign in. Please do it yourself, in your account."),
                code="person_only",
                detail="an access token at an address for the person alone",
            )
        return super().authenticate(request)


def _presents_token(http: HttpRequest) -> bool:
    """Also in the query, where it is refused (RFC 6750 §2.3 is left out on purpose) rather than overlooked."""
    scheme = http.headers.get("Authorization", "").partition(" ")[0].lower()
    return scheme == "bearer" or "access_token" in http.GET


class _CsrfCheck(CsrfViewMiddleware):
    """Django's check, which DRF's views are exempt from; hands its reason over instead of an answer."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def _enforce_csrf(http: HttpRequest) -> None:
    """Raises `Forbidden`."""
    check = _CsrfCheck(_unanswered)
    check.process_request(http)
    reason = check.process_view(http, _unanswered, (), {})
    if reason:
        raise Forbidden(
            _("This page was open for too long, or you signed in or out in another tab. Please reload it and try again."),
            code="csrf_failed",
            detail=str(reason),
        )


def _unanswered(request: HttpRequest) -> HttpResponse:
    """Stands where the middleware expects a view, and is never called."""
    raise AssertionError(f"the CSRF check called a view for {request.method}")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # has no annotations
    """How the API document names an access token."""

    target_class = BearerAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """OpenAPI's security scheme."""
        return {"type": "http", "scheme": "bearer", "description": "An access token with the scopes openid and profile."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # has no annotations
    """How the API document names the session of a browser."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """OpenAPI's security scheme; what changes something also needs the header X-CSRFToken."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class PersonScheme(SessionScheme):  # type: ignore[no-untyped-call]  # has no annotations
    """The same where no application may come."""

    target_class = PersonAuthentication
    name = "sessionOnly"
