"""Ends the life of old entries; the worker does it every hour."""

from django.conf import settings
from drf_api_logger.models import APILogsModel

from idp.core import clock
from idp.core.batches import delete_in_batches

_DAY_SECONDS = 24 * 3600


def prune_request_log() -> int:
    """Delete entries older than `IDP_REQUEST_LOG_DAYS`; how many went."""
    oldest = clock.now() - clock.seconds(settings.IDP_REQUEST_LOG_DAYS * _DAY_SECONDS)
    return delete_in_batches(APILogsModel.objects.filter(added_on__lt=oldest))
