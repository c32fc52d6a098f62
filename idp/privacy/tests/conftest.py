"""People of these tests, their browsers, and everything that can hang on one of them."""

from idp.accounts.models import User
from idp.authenticators.tests.conftest import ada
from idp.core import clock
from idp.oidc.tests.fixtures import browser, clients, registrations, shopper, stranger
from idp.privacy.errors import PAGE
from idp.tests.journey import Answer, Browser

__all__ = ["ada", "browser", "clients", "registrations", "shopper", "stranger"]


def let_time_pass(person: User) -> None:
    """The time to change one's mind is over."""
    User.objects.filter(pk=person.pk).update(erasure_due_at=clock.now() - clock.seconds(1))


def back_again() -> Browser:
    """A new browser in which the shopper signed in for the desk itself, as somebody does whom no application lets in."""
    browser = Browser()
    browser.sign_in(browser.open(PAGE), username="ada@example.com")
    assert browser.address == PAGE
    return browser


def press(browser: Browser, act: str, **values: str) -> Answer:
    """Press a button of the desk."""
    return browser.submit(browser.open(PAGE), act=act, **values)
