"""Makes the provider's clients, keys and browsers known to journeys across apps."""

from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger

__all__ = ["browser", "clients", "registrations", "shopper", "stranger"]
