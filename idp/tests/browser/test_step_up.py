"""Step-up from the shop (RFC 9470): what the backend asks more for is asked at the provider, and the person comes back.

Whoever is signed in is asked for what they lack: no password page is shown on the way.
"""

import itertools
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import expect_greeting, leave_for_sign_in, sign_in
from idp.tests.browser.keys import Keys
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at
from idp.tests.browser.phone import Phone
from idp.tests.browser.visit import Visit
from tools.demo_people import DemoPerson

pytestmark = pytest.mark.spec("RFC 9470", "5")

_numbers = itertools.count(1)
_STEP = re.compile(r"/login/[\w-]+/([\w-]+)")


@pytest.fixture
def tunde(world: World) -> DemoPerson:
    """Somebody without a second factor, new for every test."""
    made = DemoPerson(
        email=f"step-up{next(_numbers)}@example.com",
        password="nine-yards-of-lace-4",
        role="client",
        profile={"name": "Tunde Bello"},
    )
    world.populate((made,))
    return made


@pytest.fixture
def shop(page: Page, world: World, tunde: DemoPerson) -> Page:
    """The shop, where Tunde signed in with his password."""
    leave_for_sign_in(page, world)
    sign_in(page, username=tunde.email, password=tunde.password)
    expect_greeting(page)
    return page


@pytest.fixture
def keys(shop: Page) -> Keys:
    """What that tab has at hand: nothing yet."""
    return Keys(shop)


def steps_since(visit: Visit, number: int) -> list[str]:
    """The pages of the sign-in that were asked for after so many requests."""
    paths = (urlsplit(request.url).path for request in visit.requests[number:] if request.method == "GET")
    return [found[1] for path in paths if (found := _STEP.fullmatch(path))]


def confirm_order(shop: Page) -> None:
    shop.get_by_role("button", name="Confirm my largest order").click()


def order_is_confirmed(shop: Page) -> None:
    """The promised order, confirmed after the way back."""
    expect_greeting(shop)
    assert shop.url.endswith("/#orders")
    confirm_order(shop)
    expect(shop.locator("#success-sentence")).to_contain_text("is confirmed.")
    expect(shop.locator("#order-list")).to_contain_text("confirmed")


def with_app(shop: Page, world: World, owner: DemoPerson) -> Phone:
    """In another tab he adds an authenticator app, on his own page and with the sign-in he has."""
    phone, tab = Phone(owner), shop.context.new_page()
    tab.goto(f"{world.issuer}/account/security")
    tab.get_by_role("button", name="Add an authenticator app").click()
    phone.scan(tab)
    phone.type_code(tab)
    tab.get_by_role("link", name="I have kept my codes").click()
    tab.close()
    return phone


def with_passkey(shop: Page, world: World) -> None:
    """The same with a passkey, in this tab, which has the keys; then back to the shop, which finds him signed in."""
    shop.goto(f"{world.issuer}/account/security")
    shop.get_by_role("link", name="Add a passkey").click()
    shop.get_by_role("button", name="Add a passkey").click()
    shop.get_by_role("link", name="I have kept my codes").click()
    shop.goto(world.shop)
    expect_greeting(shop)


def test_whoever_has_no_passkey_adds_one_and_comes_back(shop: Page, keys: Keys, visit: Visit) -> None:
    keys.plug_in()
    so_far = len(visit.requests)
    confirm_order(shop)
    expect(shop.get_by_role("heading", name="Add a passkey")).to_be_visible()
    look_at(shop, "step-up-add-passkey")
    shop.get_by_role("button", name="Add a passkey").click()
    shop.get_by_role("button", name="I have kept my codes").click()
    order_is_confirmed(shop)
    assert steps_since(visit, so_far) == ["set-up-passkey", "recovery-codes"]


def test_a_passkey_is_asked_for_alone_and_may_be_cancelled(shop: Page, keys: Keys, world: World, visit: Visit) -> None:
    keys.plug_in()
    with_passkey(shop, world)
    so_far = len(visit.requests)
    confirm_order(shop)
    expect(shop.get_by_role("heading", name="Use your passkey")).to_be_visible()
    # He changes his mind, and then once more.
    keys.cancel_next()
    shop.get_by_role("button", name="Use your passkey").click()
    expect(shop.get_by_role("alert")).to_contain_text("Nothing was confirmed")
    look_at(shop, "step-up-passkey-cancelled")
    keys.answer(does=True)
    shop.get_by_role("button", name="Use your passkey").click()
    order_is_confirmed(shop)
    assert steps_since(visit, so_far) == ["passkey"]


def test_a_code_is_asked_for_alone_and_a_wrong_one_is_refused(shop: Page, world: World, tunde: DemoPerson, visit: Visit) -> None:
    phone = with_app(shop, world, tunde)
    so_far = len(visit.requests)
    shop.get_by_role("button", name="Load my payouts").click()
    expect(shop.get_by_role("heading", name="Enter your code")).to_be_visible()
    look_at(shop, "step-up-code")
    shop.get_by_label("Code", exact=True).fill("000000")
    shop.get_by_role("button", name="Continue").click()
    expect(shop.get_by_role("alert")).to_be_visible()
    look_at(shop, "step-up-code-refused")
    phone.type_code(shop)
    expect_greeting(shop)
    expect(shop.locator("#payouts")).not_to_be_empty()
    assert steps_since(visit, so_far) == ["authenticator-app"]


def test_an_app_is_asked_for_before_a_passkey_is_added(
    shop: Page, keys: Keys, world: World, tunde: DemoPerson, visit: Visit
) -> None:
    keys.plug_in()
    phone = with_app(shop, world, tunde)
    so_far = len(visit.requests)
    confirm_order(shop)
    phone.type_code(shop)
    shop.get_by_role("button", name="Add a passkey").click()
    shop.get_by_role("button", name="I have kept my codes").click()
    order_is_confirmed(shop)
    assert steps_since(visit, so_far) == ["authenticator-app", "set-up-passkey", "recovery-codes"]


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_sign_in_that_is_too_old_is_made_anew(shop: Page, keys: Keys, world: World, tunde: DemoPerson) -> None:
    keys.plug_in()
    with_passkey(shop, world)
    # The order wants a sign-in of at most five minutes; this one is older.
    world.change_rows("UPDATE login_ssosession SET auth_time = datetime(auth_time, '-6 minutes')")
    keys.answer(does=False)
    confirm_order(shop)
    expect(shop.get_by_role("heading", name="Sign in")).to_be_visible()
    keys.answer(does=True)
    shop.get_by_role("link", name="Sign in with a passkey").click()
    order_is_confirmed(shop)


def test_somebody_else_may_sign_in_instead(shop: Page, world: World, tunde: DemoPerson, keys: Keys) -> None:
    keys.plug_in()
    with_app(shop, world, tunde)
    shop.get_by_role("button", name="Load my payouts").click()
    expect(shop.get_by_role("heading", name="Enter your code")).to_be_visible()
    shop.get_by_role("link", name="Not you?").click()
    expect(shop.get_by_label("Email or phone")).to_have_value("")
