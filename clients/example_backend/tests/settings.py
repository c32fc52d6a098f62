"""The service's own settings, with an environment and a database file made for the tests."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

_STATE = TemporaryDirectory(prefix="fashionistar-example-tests-")
# What the machine's own environment says must not reach the tests.
for _name in ("HOST", "PORT", "IDP_INTROSPECTION_URL", "IDP_ALLOW_INSECURE_HTTP", "DEMO_API_CLIENT_ID"):
    os.environ.pop(_name, None)
os.environ |= {
    "EXAMPLE_STATE_DIR": _STATE.name,
    "DEMO_API_CLIENT_SECRET": "api-secret",
    "DEMO_API_EVENTS_SECRET": "events-secret-" + "e" * 32,
    "DEMO_API_ORIGIN": "http://localhost:8001",
    "DEMO_SPA_ORIGIN": "http://localhost:5173",
    "IDP_ISSUER": "http://127.0.0.1:9",
}

from example_backend.settings import *  # noqa: E402, F403 - after the environment that they read
from example_backend.settings import DATABASES  # noqa: E402 - as above

# A file, as in service: an in-memory database would be another one for every thread.
DATABASES["default"]["TEST"] = {"NAME": str(Path(_STATE.name) / "test.sqlite3")}

# What the service signed with before it had a provider (`cut_over`).
OLD_TOKEN_KEY = "k" * 32

# It writes from a thread of its own, which a test's transaction would hold up; its own tests switch it on.
REQUEST_LOG_PREFIXES = ()
