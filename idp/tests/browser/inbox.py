"""The demo's inbox as a person reads it, once the worker has written there."""

import re

from playwright.sync_api import Page

from idp.tests.browser.live import World

_CODE = re.compile(r"\b([0-9]{6})\b")


def make_account(world: World, email: str, password: str) -> str:
    """An account of one test alone; no older message lies in the inbox."""
    world.manage("create_user", "--email", email, "--verified", "--password-stdin", stdin=password)
    forget_messages(world)
    return email


def forget_messages(world: World) -> None:
    """Nothing older is read by mistake."""
    world.change_rows("DELETE FROM outbox_message WHERE kind IN ('mail', 'sms')")


def read_code(page: Page, world: World, *words: str) -> str:
    """The six digits in the newest message that holds these words. Raises AssertionError."""
    found = _CODE.search(read_message(page, world, *words))
    assert found, "no code in that message"
    return found[1]


def read_message(page: Page, world: World, *words: str) -> str:
    """The newest message that holds all these words, its receiver included. Raises AssertionError."""
    tab = page.context.new_page()
    for _ in range(80):
        tab.goto(f"{world.issuer}/inbox")
        for message in tab.locator("#messages > li").all_inner_texts():
            if all(word in message for word in words):
                tab.close()
                return message
        tab.wait_for_timeout(250)
    raise AssertionError(f"no message with {words}")
