"""The request log for staff: charts of the last two weeks above its newest entries. Drawn here, without scripts.

The library's own page draws with inline scripts and styles, which our Content-Security-Policy refuses.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from drf_api_logger.models import APILogsModel

from idp.request_log.selectors import calls_per_day, calls_per_duration, slowest_routes
from idp.staff.charts import day_bars, duration_bars, route_bars
from idp.staff.rows import Rows


class RequestLogRows(Rows):
    """Entries are metadata of calls."""

    heading = gettext_lazy("Request log")
    list_display = ("added_on", "api", "method", "status_code", "milliseconds", "client_ip_address")
    list_display_links = None
    list_filter = ("method", "status_code")
    ordering = ("-added_on", "-id")

    @admin.display(description=gettext_lazy("milliseconds"), ordering="execution_time")
    def milliseconds(self, entry: APILogsModel) -> int:
        """How long the answer took."""
        return round(entry.execution_time * 1000)

    def above_list(self, request: HttpRequest) -> dict[str, Any]:
        """The three charts."""
        return {
            "template": "admin/above_request_log.html",
            "days": day_bars(calls_per_day()),
            "routes": route_bars(slowest_routes()),
            "durations": duration_bars(calls_per_duration()),
        }
