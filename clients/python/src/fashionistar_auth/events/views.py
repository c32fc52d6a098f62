"""The endpoint that the provider pushes to (RFC 8935): route it where the registration's `event_receiver` points."""

import logging
import time
from hmac import compare_digest
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from fashionistar_auth.bearer import MalformedCredentials, read_bearer_token
from fashionistar_auth.conf import get_settings
from fashionistar_auth.events.receive import receive
from fashionistar_auth.events.types import Refused
from fashionistar_auth.events.verify import verified
from fashionistar_auth.provider_keys import KeysUnavailable, provider_keys

logger = logging.getLogger("fashionistar_auth.events")

#: Bytes; an event of the provider is far below.
MAX_BODY_BYTES = 16_384


# Its proof is the bearer secret and the signature; no browser ever sends this.
@method_decorator(csrf_exempt, name="dispatch")
class ReceiveEvents(View):
    """202 for an event that was handled, now or before; otherwise an error body of RFC 8935 section 2.3."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take one event. A handler that raises leads to Django's 500, and the provider sends the event again."""
        try:
            _require_transmitter(request)
            event = verified(_token(request), keys=provider_keys(), settings=get_settings(), now=time.time())
        except Refused as refused:
            logger.warning("An event was refused: %s: %s", refused.err, refused.description)
            return _refusal(refused)
        except KeysUnavailable as exc:
            logger.error("The identity provider's keys could not be had: %s", exc)  # noqa: TRY400 - expected, no traceback
            return HttpResponse(
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                headers={"Retry-After": str(get_settings().retry_after_seconds)},
            )
        # A kind that a newer provider sends is taken, or it would be sent for days.
        outcome = receive(event) if event is not None else "unknown"
        logger.info("An event was taken: %s %s", event.name if event else "of an unknown kind", outcome)
        return HttpResponse(status=HTTPStatus.ACCEPTED)


def _require_transmitter(request: HttpRequest) -> None:
    """Raises: Refused, unless the provider shows the secret that we share."""
    secret = get_settings().events_secret
    try:
        shown = read_bearer_token(str(request.META.get("HTTP_AUTHORIZATION", "")))
    except MalformedCredentials:
        shown = None
    if secret is None or shown is None or not compare_digest(shown.encode(), secret.get_secret_value().encode()):
        raise Refused("authentication_failed", "This is not the secret we know you by.", HTTPStatus.UNAUTHORIZED)


def _token(request: HttpRequest) -> str:
    """The body, if it says that it is a security event token and is as small as one. Raises: Refused."""
    if request.content_type != "application/secevent+jwt":
        raise Refused("invalid_request", "Send one security event token as application/secevent+jwt.", 415)
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise Refused("invalid_request", f"A security event token has at most {MAX_BODY_BYTES} bytes.", 413)
    return body.decode("ascii", errors="replace").strip()


def _refusal(refused: Refused) -> JsonResponse:
    """RFC 8935 section 2.3: the error code, and words whose language is named."""
    answer = JsonResponse({"err": refused.err, "description": refused.description}, status=refused.status)
    answer["Content-Language"] = "en"
    if refused.status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
