"""How long a life is, in what steps its time passes, and by what it may end.

The same acts in the same order at every run. `IDP_LIFE_EXAMPLES=2000` looks for new ones instead, so many at once.
"""

import datetime as dt
import os

from hypothesis import HealthCheck, settings

START = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
# Seconds: around every limit there is, and far beyond all of them.
STEPS = (1, 30, 60, 61, 300, 599, 600, 1800, 11 * 3600, 12 * 3600, 15 * 86_400, 30 * 86_400)
ENDS = (
    "sign_out", "end_a_session_elsewhere", "disable_or_enable_a_person", "disable_or_enable_a_client", "withdraw_consent",
    "revoke_an_access_token", "revoke_a_refresh_token", "forget_every_cache", "try_a_wrong_password",
    "come_with_cookies_of_earlier",
)  # fmt: skip
PROFILE = settings(
    max_examples=int(os.environ.get("IDP_LIFE_EXAMPLES", "20")),
    stateful_step_count=25,
    derandomize="IDP_LIFE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
