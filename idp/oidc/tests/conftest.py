"""Makes the fixtures of `fixtures.py` known to the tests of this app."""

from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]
