"""Settings of every test: the provider's own, with a fresh state folder, cheap hashing and a database of its own.

The same suite runs on the embedded default and, when DATABASE_URL and REDIS_URL are set, on PostgreSQL and Redis.
IDP_TEST_DB_SUFFIX keeps several runs on one server apart, as pytest-django and `_WORKER` do for the processes of one run.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "IDP_STATE_DIR" not in os.environ:
    # Before the settings are read: secrets made for tests must never meet those of a running provider.
    os.environ["IDP_STATE_DIR"] = tempfile.mkdtemp(prefix="idp-tests-")
    atexit.register(shutil.rmtree, os.environ["IDP_STATE_DIR"], ignore_errors=True)

from idp.config.settings import *
from idp.config.settings import CACHES, DATABASES, ENVIRONMENT, PASSWORD_HASHERS

_SUFFIX = os.environ.get("IDP_TEST_DB_SUFFIX", "")
# Set by pytest-xdist in each process that runs tests: "gw0", "gw1" … pytest-django names the databases after it.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

# --- Stores -----------------------------------------------------------------------------------------------------------
# SQLite in memory has no write-ahead log and locks up under parallel writers, so tests use a file like the real thing.
_TEST_NAME = (
    str(Path(os.environ["IDP_STATE_DIR"]) / f"test{_SUFFIX}.sqlite3") if ENVIRONMENT.uses_sqlite else f"test_idp{_SUFFIX}"
)
DATABASES["default"]["TEST"] = {"NAME": _TEST_NAME}
# A Redis shared with others, the processes of this run among them, loses nothing of theirs when a test clears a cache.
for _alias, _cache in CACHES.items():
    _cache["KEY_PREFIX"] = f"idp-test{_SUFFIX}{_WORKER}:{_alias}"
    if _cache["BACKEND"] == "django_redis.cache.RedisCache":
        _cache["BACKEND"] = "idp.tests.caches.SharedRedisCache"

# The request log writes from a thread of its own, which a test's transaction would hold up; its own tests switch it on.
IDP_REQUEST_LOG_PATHS = ()

# --- Speed ------------------------------------------------------------------------------------------------------------
# No program is started for a hash; the tests of the hashing process switch it on.
IDP_HASHING_PROCESS = False
PASSWORD_HASHERS = ["idp.tests.hashers.CheapArgon2id", *PASSWORD_HASHERS[1:]]
# The manifest storage needs `collectstatic`; tests of pages need only an address.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# WhiteNoise would list every built file anew for each test client, ten milliseconds a time; so it looks when it is asked.
WHITENOISE_AUTOREFRESH = True
