"""What can go wrong, as types: a public sentence for the person, a private detail for the log.

Code anywhere raises one of these; `boundary.py` alone turns it into an RFC body, a JSON envelope or a page.
`message` is translated, says what happened and what to do next, and is safe to show. `detail` never leaves the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise
FieldErrors: TypeAlias = Mapping[str, Sequence[Text]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The way on that an error page offers: what the link says, and where it leads: a path of ours or a registered address."""

    label: Text
    url: str


class IdpError(Exception):
    """Base of every error of ours. Subclasses set HTTP status, stable code, a default sentence, perhaps a way on and a wait."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "unexpected_error"
    sentence: ClassVar[Text] = _("Something went wrong on our side. Please try again in a moment.")
    action: Action | None = None
    # Seconds after which to come back, where nothing better is known.
    usual_wait: ClassVar[int | None] = None

    def __init__(
        self,
        message: Text | None = None,
        *,
        detail: str = "",
        fields: FieldErrors | None = None,
        code: str | None = None,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        action: Action | None = None,
    ) -> None:
        """Take the public `message`, the log-only `detail`, messages per form field, and `retry_after` in seconds.

        `headers` join the answer (a 401 carries its WWW-Authenticate here, a 405 its Allow). `action` is the way on of this
        very error, before that of its class.
        """
        self.message: Text = message or self.sentence
        self.detail = detail
        self.fields: FieldErrors = fields or {}
        self.public_code = code or self.code
        self.retry_after = self.usual_wait if retry_after is None else retry_after
        self.headers: Mapping[str, str] = headers or {}
        self.action = action or self.action
        super().__init__(detail or self.public_code)


class InvalidInput(IdpError):
    """The caller sent something we cannot use; `fields` says which part and why."""

    status = 400
    code = "invalid_input"
    sentence = _("Some of what was sent is missing or not valid. Please check the marked fields and try again.")


class AuthenticationFailed(IdpError):
    """Nobody, or not the one they claim to be."""

    status = 401
    code = "authentication_failed"
    sentence = _("Please sign in to continue.")


class StepUpRequired(IdpError):
    """Signed in, but this action asks for a fresher or stronger sign-in (RFC 9470)."""

    status = 403
    code = "step_up_required"
    sentence = _("Please confirm that it is you before you continue.")


class Forbidden(IdpError):
    """Known, and not allowed."""

    status = 403
    code = "forbidden"
    sentence = _("You do not have access to this. If you think you should, please contact support.")


class NotFound(IdpError):
    """No such thing, or none that this caller may know of."""

    status = 404
    code = "not_found"
    sentence = _("We could not find that page. Please check the address, or go back and try again.")


class MethodNotAllowed(IdpError):
    """The address exists, but not for this HTTP method."""

    status = 405
    code = "method_not_allowed"
    sentence = _("This address cannot be used in that way. Please go back and try again.")


class Conflict(IdpError):
    """The same thing exists already, or changed meanwhile."""

    status = 409
    code = "conflict"
    sentence = _("This already exists or was changed by someone else. Please reload the page and try again.")


class Expired(IdpError):
    """It was valid once: a sign-in page, a code, a link."""

    status = 410
    code = "expired"
    sentence = _("This page has expired. Please go back to the application and start again.")


class PayloadTooLarge(IdpError):
    """More bytes or fields than we read."""

    status = 413
    code = "payload_too_large"
    sentence = _("That was too much to send at once. Please send less and try again.")


class UnsupportedMediaType(IdpError):
    """The body is of a kind this address does not read."""

    status = 415
    code = "unsupported_media_type"
    sentence = _("This address does not read what was sent. Please send it as JSON.")


class RateLimited(IdpError):
    """Too many attempts; `retry_after` says when to come back."""

    status = 429
    code = "rate_limited"
    sentence = _("Too many attempts. Please wait a moment and try again.")


class Unavailable(IdpError):
    """Something we depend on (database, cache, mail) does not answer."""

    status = 503
    code = "temporarily_unavailable"
    sentence = _("We cannot do this right now. Nothing was lost: please try again in a moment.")
    usual_wait = 5


class Unexpected(IdpError):
    """The total default of the boundary: a fault nobody foresaw."""


class OAuthError(IdpError):
    """An error with a name registered by OAuth or OpenID Connect, answered in the body RFC 6749 §5.2 prescribes.

    `description` tells a developer what to fix. Only the characters RFC 6749 §5.2 allows survive (no quotes, no backslash);
    where a person reads it, on a page, `message` is whole.
    """

    status = 400
    code = "invalid_request"

    def __init__(
        self,
        error: str,
        description: str,
        *,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
        detail: str = "",
        retry_after: int | None = None,
    ) -> None:
        """Name the registered `error` and the HTTP `status` of this very answer."""
        self.error = error
        self.description = rfc6749_text(description)
        self.http_status = status
        super().__init__(description, detail=detail, code=error, retry_after=retry_after, headers=headers)


class DisplayedError(OAuthError):
    """An authorization error shown by us and never redirected: the redirect URI is not proven (RFC 6749 §4.1.2.1)."""


class RedirectedError(OAuthError):
    """An authorization error that goes back to the client with `state` and `iss` (RFC 6749 §4.1.2.1, RFC 9207 §2)."""


def rfc6749_text(text: str) -> str:
    """Keep the characters that error_description may hold: %x20-21 / %x23-5B / %x5D-7E (RFC 6749 §5.2)."""
    plain = text.replace('"', "'").replace("\\", "/").replace("\u2019", "'")
    return "".join(char if " " <= char <= "~" else "?" for char in plain)
