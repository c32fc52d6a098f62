"""Makes the provider's clients, keys and browsers known to journeys across apps."""

import os

from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]

# Faults of Redis join the run when there is one.
collect_ignore = [] if os.environ.get("REDIS_URL") else ["test_redis_faults.py"]
