"""Asks the provider about a token (RFC 7662) and gives a yes with claims, a no, or `ProviderUnavailable`.

Sits under `validation`. The rule of the whole file: whatever is not a clear yes about this service is no access.
Every request is asked anew, so a revocation or a disabled account counts at once, unless CACHE_SECONDS or VALIDATION
says otherwise.
"""

import logging
import os
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import quote_plus

from asgiref.sync import sync_to_async

from fashionistar_auth.acceptance import Expectation, refusal_reason
from fashionistar_auth.claims import TokenClaims, claims_from
from fashionistar_auth.conf import AuthSettings, get_settings
from fashionistar_auth.errors import ProviderUnavailable
from fashionistar_auth.recent_answers import RecentAnswers
from fashionistar_auth.schemas import MalformedAnswer, parse_answer
from fashionistar_auth.transport import HttpAnswer, NoAnswer, Transport

logger = logging.getLogger("fashionistar_auth")


def basic_credentials(client_id: str, client_secret: str) -> str:
    """Build HTTP Basic credentials, each part form-urlencoded first (RFC 6749 section 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"


class Introspector:
    """One service's line to its provider; thread-safe, keeps connections open between requests."""

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings
        self._transport = Transport(
            settings,
            url=settings.introspection_endpoint,
            headers={
                "Authorization": basic_credentials(settings.client_id, settings.client_secret.get_secret_value()),
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
                "User-Agent": "fashionistar-auth",
            },
            pool_size=settings.pool_size,
        )
        self._recent = RecentAnswers(settings.cache_seconds)
        # Threads of our own for callers on an event loop, started when first needed: one to a connection, so that a
        # slow provider holds up neither the loop nor the one thread in which Django's database calls take turns.
        self._threads = ThreadPoolExecutor(settings.pool_size, thread_name_prefix="fashionistar-auth")

    def introspect(self, token: str) -> TokenClaims | None:
        """Return the claims of a token that is active and meant for this service, else None.

        Raises: ProviderUnavailable when the provider gave no trustworthy answer.
        """
        recent = self._recent.find(token)
        return self.introspect_anew(token) if recent is None else recent

    def introspect_anew(self, token: str) -> TokenClaims | None:
        """The same, whatever the provider said a moment ago. Raises: ProviderUnavailable."""
        asked_at = self._recent.now
        claims = self._asked(token)
        if claims is None:
            self._recent.forget(token)
        else:
            self._recent.keep(token, claims, asked_at=asked_at)
        return claims

    def _asked(self, token: str) -> TokenClaims | None:
        """The same, from the provider. Raises: ProviderUnavailable."""
        # Ask.
        try:
            http_answer = self._transport.post(f"token={quote_plus(token)}&token_type_hint=access_token".encode())
        except NoAnswer as exc:
            logger.error("The identity provider did not answer: %s", exc)  # noqa: TRY400 - expected, no traceback
            raise self._unavailable() from exc
        self._require_ok(http_answer)

        # Understand.
        try:
            answer, raw = parse_answer(http_answer.body)
        except MalformedAnswer as exc:
            logger.error("The identity provider's answer is malformed: %s", exc)  # noqa: TRY400 - as above
            raise self._unavailable() from exc

        # Judge.
        if answer.active is not True:
            return None
        if reason := refusal_reason(answer, self._expectation()):
            logger.warning("An active token was refused: %s (client_id %r)", reason, answer.client_id)
            return None
        return claims_from(answer, raw)

    async def aintrospect_anew(self, token: str) -> TokenClaims | None:
        """The same for callers on an event loop. Raises: ProviderUnavailable."""
        return await self.in_thread(self.introspect_anew, token)

    async def in_thread(self, judge: Callable[[str], TokenClaims | None], token: str) -> TokenClaims | None:
        """What `judge` says of a token, in one of the threads that may wait for the provider."""
        return await sync_to_async(judge, thread_sensitive=False, executor=self._threads)(token)

    def close(self) -> None:
        """Close idle connections, and let the threads end."""
        self._threads.shutdown(wait=False)
        self._transport.close()

    def _require_ok(self, answer: HttpAnswer) -> None:
        """Anything but 200, a redirect included, is no answer. Raises: ProviderUnavailable."""
        if answer.status == HTTPStatus.OK:
            return
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # RFC 7662 section 2.3: it is us the provider refuses, not the caller; only an operator can mend that.
            logger.error(
                "The identity provider refused this service's own credentials: "
                "check CLIENT_ID (now %r) and CLIENT_SECRET in FASHIONISTAR_AUTH",
                self._settings.client_id,
            )
        else:
            logger.error("The identity provider answered with status %d instead of 200", answer.status)
        raise self._unavailable()

    def _expectation(self) -> Expectation:
        settings = self._settings
        return Expectation(
            issuer=settings.issuer, resource=settings.resource, now=time.time(), leeway=settings.leeway_seconds
        )

    def _unavailable(self) -> ProviderUnavailable:
        return ProviderUnavailable(retry_after=self._settings.retry_after_seconds)


@lru_cache(maxsize=4)
def _introspector_for(settings: AuthSettings) -> Introspector:
    return Introspector(settings)


# Threads and locks do not come along into a process that is forked.
os.register_at_fork(after_in_child=_introspector_for.cache_clear)


def get_introspector() -> Introspector:
    """The process's introspector, built at the first request, and by each process for itself."""
    return _introspector_for(get_settings())
