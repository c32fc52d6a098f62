"""Where log lines go and how they look: one JSON object per line on standard output.

`settings.LOGGING` is `logging_config(level)`. Our code, Django and libraries all log through the standard library;
structlog renders every record the same way, adds the request id bound by the request middleware, and redacts.
The collector of the platform (a file, journald, a container's log driver) is outside this process.
"""

import logging
from typing import Any

import structlog
from structlog.types import Processor

from idp.config.redaction import redact_event
from idp.core.request_context import RENDERED

# At DEBUG these write codes, redirect URLs with codes, and access and refresh tokens. They stay at WARNING whatever
# level an operator asks for, so that turning on DEBUG in an incident does not become one.
PINNED_LOGGERS = (
    "oauth2_provider",
    "oauthlib",
    "requests_oauthlib",
    # SQL with its parameters, and outgoing requests with their headers.
    "django.db.backends",
    "django.template",
    "httpx",
    "httpcore",
    "urllib3",
)

# Django gives some of these their own handlers; here every record takes the one way out.
_ROUTED_LOGGERS = ("django", "django.request", "django.security", "django.server", "_granian", "granian.access")


class Lines(structlog.stdlib.ProcessorFormatter):
    """A line for each record; one that was rendered by whoever wrote it (`core.request_context`) is taken as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        rendered: str | None = getattr(record, RENDERED, None)
        return super().format(record) if rendered is None else rendered


def _shared_processors() -> list[Processor]:
    """What every line carries: request id and other bound context, logger, level, time in UTC."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def logging_config(level: str) -> dict[str, Any]:
    """The `logging.config.dictConfig` dictionary for a root level such as "INFO"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "idp.config.logging.Lines",
                "foreign_pre_chain": _shared_processors(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.StackInfoRenderer(),
                    structlog.processors.format_exc_info,
                    redact_event,
                    structlog.processors.JSONRenderer(),
                ],
            },
        },
        "handlers": {
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"},
        },
        "root": {"level": level, "handlers": ["stdout"]},
        # A logger without handlers passes its records on to the root; NOTSET takes the root's level.
        "loggers": {
            **{name: {"handlers": [], "propagate": True, "level": "NOTSET"} for name in _ROUTED_LOGGERS},
            **{name: {"handlers": [], "propagate": True, "level": "WARNING"} for name in PINNED_LOGGERS},
        },
    }


def configure_structlog() -> None:
    """Send loggers made by `structlog.get_logger` through the standard library, and warnings into the log."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(capture=True)
