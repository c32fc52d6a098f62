"""Installs drf-api-logger with our writer in the place of its thread. Stands in INSTALLED_APPS instead of the library's."""

from django.conf import settings
from drf_api_logger import apps as library

from idp.core import clock
from idp.core.chores import Chore, register

_EVERY_SECONDS = 3600


class RequestLogConfig(library.LoggerConfig):
    """The library's app (its table, its commands), without what it starts by itself."""

    name = "drf_api_logger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand our writer to the library's middleware, and announce the end of old entries.

        Its own `ready` is left out on purpose: it would start a thread in whichever process loads Django first (dead in
        every worker forked later) and put a handler over SIGTERM that ends the process at once.
        """
        from idp.request_log.retention import prune_request_log  # noqa: PLC0415  # it needs the library's model, loaded by now
        from idp.request_log.writer import RequestLogWriter  # noqa: PLC0415  # the same

        writer = RequestLogWriter(capacity=settings.IDP_REQUEST_LOG_QUEUE, interval=settings.IDP_REQUEST_LOG_SECONDS)
        library.LOGGER_THREAD = writer  # type: ignore[assignment]  # a module variable that begins as None
        register(Chore("request-log-prune", clock.seconds(_EVERY_SECONDS), prune_request_log))
