"""Settings of the service with live connections: those of `after`, and which page may open one."""

import os

from tests.cut_over.after.settings import *  # noqa: F403 - this side is that one and more
from tests.cut_over.after.settings import FASHIONISTAR_AUTH

ROOT_URLCONF = f"{__package__}.urls"
FASHIONISTAR_AUTH |= {"WEBSOCKET_ORIGINS": [os.environ["PAGE_ORIGIN"]], "TICKET_SECONDS": 60}
