"""Switches the request log on as shipped, and hands out what it wrote."""

from collections.abc import Callable, Iterator

import pytest
from drf_api_logger import apps as library
from drf_api_logger.models import APILogsModel
from pytest_django import Settings

from idp.config import settings as shipped
from idp.request_log.writer import RequestLogWriter

Entries = Callable[[], list[APILogsModel]]


@pytest.fixture
def writer() -> Iterator[RequestLogWriter]:
    """A writer that does not wait for company."""
    made = RequestLogWriter(capacity=100, interval=0.01)
    yield made
    made.close()


@pytest.fixture
def entries(transactional_db: None, settings: Settings, writer: RequestLogWriter, monkeypatch: pytest.MonkeyPatch) -> Entries:
    """The log of this test, oldest first, once everything is written. It is switched on as shipped."""
    settings.IDP_REQUEST_LOG_PATHS = shipped.IDP_REQUEST_LOG_PATHS
    monkeypatch.setattr(library, "LOGGER_THREAD", writer)

    def written() -> list[APILogsModel]:
        writer.close(timeout=30)
        return list(APILogsModel.objects.order_by("id"))

    return written
