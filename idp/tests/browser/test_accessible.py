"""Pages that everybody meets are examined by axe-core; and the examination itself notices what it is there for."""

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import give_password, name_yourself
from idp.tests.browser.live import World

_SPOIL = """() => document.querySelector("main").append(document.createElement("input"))"""
_OWN_PAGES = ("security", "sessions", "apps", "privacy", "profile", "password")


def test_a_field_without_a_name_is_noticed(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/login?next=/")
    page.evaluate(_SPOIL)
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page, "spoilt")


def test_signing_in_and_ones_own_pages(page: Page, world: World) -> None:
    page.goto(f"{world.issuer}/login?next=/account/security")
    assert_accessible(page, "identifier")
    name_yourself(page)
    assert_accessible(page, "password")
    give_password(page, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page, "password refused")
    give_password(page)
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    for name in _OWN_PAGES:
        page.goto(f"{world.issuer}/account/{name}")
        assert_accessible(page, name)
    page.goto(f"{world.issuer}/oauth2/authorize?client_id=nobody")
    assert_accessible(page, "error")
