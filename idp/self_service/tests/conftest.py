"""The people of the authenticator tests, and clients for what is connected to an account."""

from idp.authenticators.tests.conftest import ada, vera
from idp.oidc.tests.fixtures import clients, registrations

__all__ = ["ada", "clients", "registrations", "vera"]
