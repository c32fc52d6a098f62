"""Makes the provider's clients, keys and browsers known to journeys across apps."""

import os

from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]

# Faults of Redis, and several machines, join the run when there are stores that they share.
_REDIS, _SQL = bool(os.environ.get("REDIS_URL")), bool(os.environ.get("DATABASE_URL"))
collect_ignore = [*([] if _REDIS else ["test_redis_faults.py"]), *([] if _REDIS and _SQL else ["test_two_nodes.py"])]
