"""Fixtures of the browser journeys. They end with this package, so that no browser lives on beside tests of other kinds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from idp.tests.browser.live import NotBuilt, World
from idp.tests.browser.mobile_app import MobileApp
from idp.tests.browser.visit import Visit
from tools.chromium import find_chromium

# No sandbox, because tests may run as root; the rest keeps the browser from calling anybody on its own.
_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

# Long enough for a machine that is busy with other work; a journey that works waits a fraction of it.
expect.set_options(timeout=20_000)

NewVisit = Callable[..., Visit]


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Provider, example backend and storefront, with the registrations and the shopper."""
    try:
        made = World(tmp_path_factory.mktemp("world"))
    except NotBuilt as missing:
        pytest.fail(str(missing), pytrace=False)
    try:
        made.start()
        made.populate()
        yield made
    finally:
        made.stop()


@pytest.fixture
def fragile_world(world: World) -> Iterator[World]:
    """The same for a test that stops some of it; whatever it leaves stopped is started again, on the same ports and files."""
    yield world
    if world.stopped:
        world.start(*world.stopped)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser program, with a profile folder of its own."""
    path = find_chromium()
    if path is None:
        pytest.fail("Chromium is missing: install the package chromium, or set CHROMIUM to its path.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def new_visit(chromium: Browser, world: World) -> Iterator[NewVisit]:
    """Makes browsers that share nothing; each is judged when the test ends."""
    visits: list[Visit] = []

    def make(**options: Any) -> Visit:  # noqa: ANN401 - whatever a context takes
        # Nothing moves: what fades or slides is painted many times over, and only people see more in it.
        visits.append(Visit(chromium.new_context(**{"reduced_motion": "reduce", **options}), world))
        return visits[-1]

    yield make
    complaints = [complaint for visit in visits for complaint in visit.complaints()]
    for visit in visits:
        visit.context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def visit(new_visit: NewVisit) -> Visit:
    """One browser."""
    return new_visit()


@pytest.fixture
def page(visit: Visit) -> Page:
    """One tab of that browser."""
    return visit.page()


@pytest.fixture
def app(world: World, visit: Visit) -> Iterator[MobileApp]:
    """A native app on this machine, which opens that browser."""
    with MobileApp(world) as made:
        visit.expect_app(made.origin)
        yield made
