"""Installs drf-api-logger with our writer for its thread; stands in INSTALLED_APPS instead of the library's own app."""

from drf_api_logger import apps as library


class RequestLogConfig(library.LoggerConfig):  # type: ignore[misc]  # the library has no annotations
    """The library's table and commands, without the thread and the signal handler that it would start with."""

    name = "drf_api_logger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand over our writer."""
        # It needs the library's model, which is loaded by now.
        from example_backend.request_log.writer import Writer  # noqa: PLC0415 - as said above

        library.LOGGER_THREAD = Writer()
