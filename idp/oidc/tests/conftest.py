"""Makes the fixtures of `fixtures.py` known to the tests of this app."""

from idp.oidc.tests.fixtures import browser, clients, costs, registrations, shopper, stranger

__all__ = ["browser", "clients", "costs", "registrations", "shopper", "stranger"]
