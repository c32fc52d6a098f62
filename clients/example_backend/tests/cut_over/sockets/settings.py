"""Settings of the service with live connections: those of `after`, and which page may open one."""

import os
from typing import Any, cast

from tests.cut_over.after.settings import *  # noqa: F403 - as settings files do
from tests.cut_over.after.settings import FASHIONISTAR_AUTH

ROOT_URLCONF = f"{__package__}.urls"
cast("dict[str, Any]", FASHIONISTAR_AUTH).update(WEBSOCKET_ORIGINS=[os.environ["PAGE_ORIGIN"]], TICKET_SECONDS=60)
