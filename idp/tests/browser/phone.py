"""The phone of somebody whose role needs two factors: an authenticator app that reads the key off the page and makes codes.

A code counts once, and so does every earlier one (RFC 6238 §5.2); of one step ahead a code is taken too, so that of two
sign-ins within half a minute the second gives the next code. A third waits for the step after.
"""

import time

import pyotp
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import sign_in
from tools.demo_people import DemoPerson

_STEP_SECONDS = 30


class Phone:
    """One person with an authenticator app, which is empty until their first sign-in sets it up."""

    def __init__(self, owner: DemoPerson) -> None:
        """Nothing in the app yet."""
        self.owner = owner
        self._secret = ""
        self._last_step = 0

    def sign_in(self, page: Page) -> None:
        """Name, password, and the second factor: set up at the first sign-in, a code from then on."""
        sign_in(page, username=self.owner.email, password=self.owner.password)
        if self._secret:
            expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
            self.type_code(page)
        else:
            self.begin_set_up(page)
            self.type_code(page)
            self.keep_codes(page)

    def begin_set_up(self, page: Page) -> None:
        """Press the button and read the key off the page; ends where the first code is asked for."""
        page.get_by_role("button", name="Set up an authenticator app").click()
        self.scan(page)

    def scan(self, page: Page) -> None:
        """Read the key off a page that shows one."""
        self._secret = page.locator("#totp-secret").inner_text().replace(" ", "")

    def type_code(self, page: Page) -> None:
        """A code that was not given yet."""
        step = max(int(time.time()) // _STEP_SECONDS, self._last_step + 1)
        time.sleep(max(0, (step - 1) * _STEP_SECONDS - time.time()))
        self._last_step = step
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(self._secret).at(step * _STEP_SECONDS))
        page.get_by_role("button", name="Continue").click()

    def type_old_code(self, page: Page, *, seconds_ago: int = 0) -> None:
        """The code that was given last, or one that the app showed so long before it."""
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(self._secret).at(self._last_step * _STEP_SECONDS - seconds_ago))
        page.get_by_role("button", name="Continue").click()

    def keep_codes(self, page: Page) -> list[str]:
        """Read the recovery codes off the page and say that they are kept."""
        expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
        codes = page.locator("#recovery-codes code").all_inner_texts()
        page.get_by_role("button", name="I have kept my codes").click()
        return codes
