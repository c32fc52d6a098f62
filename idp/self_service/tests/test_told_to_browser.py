"""The browser's own list of passkeys shows names as they are now: pages tell it once a name or an address was changed."""

import json

import pytest

from idp.accounts.models import User
from idp.authenticators.tests.conftest import signed_in
from idp.authenticators.tests.test_passkeys import by_passkey
from idp.login.tests.browser import Browser
from idp.login.tests.passkeys import with_passkey
from idp.mfa.webauthn.models import Passkey
from idp.self_service.tests.test_addresses import NEW, ask, code

pytestmark = [pytest.mark.django_db, pytest.mark.spec("WebAuthn L3", "5.1.10")]

NAMES = {"given_name": "Adaeze", "middle_name": "", "family_name": "Okafor"}


def told(browser: Browser, page: str) -> dict[str, object] | None:
    """What this page tells the browser about passkeys."""
    element = browser.page(page).by_id.get("accepted-passkeys")
    return None if element is None else dict(json.loads(str(element["data-passkeys-accepted"])))


def test_a_new_name_is_told_once_it_is_saved(ada: User) -> None:
    browser = by_passkey(with_passkey(ada))
    assert told(browser, "/account/profile") is None
    saved = browser.send("/account/profile", NAMES).headers["Location"]
    facts = told(browser, saved)
    assert facts is not None
    assert (facts["name"], facts["displayName"]) == ("ada@example.com", "Adaeze Okafor")
    assert facts["allAcceptedCredentialIds"] == [Passkey.objects.get().credential_id]


def test_so_is_a_new_address(ada: User) -> None:
    browser = by_passkey(with_passkey(ada))
    ask(browser)
    assert told(browser, "/account/addresses") is None
    saved = browser.send("/account/addresses", {"act": "confirm", "code": code()}).headers["Location"]
    assert (told(browser, saved) or {})["name"] == NEW


def test_nothing_is_told_of_whoever_has_no_passkey(ada: User) -> None:
    browser = signed_in(ada)
    assert told(browser, browser.send("/account/profile", NAMES).headers["Location"]) is None
