"""The demo's inbox as a person reads it, once the worker has written there."""

from playwright.sync_api import Page

from idp.tests.browser.live import World


def make_account(world: World, email: str, password: str) -> str:
    """An account of one test alone; no older message lies in the inbox."""
    world.manage("create_user", "--email", email, "--verified", "--password-stdin", stdin=password)
    forget_messages(world)
    return email


def forget_messages(world: World) -> None:
    """Nothing older is read by mistake."""
    world.change_rows("DELETE FROM outbox_message WHERE kind IN ('mail', 'sms')")


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
