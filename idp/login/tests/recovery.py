"""What the tests of a forgotten password share: ask, let the worker write, read the message, follow the link."""

import re

from idp.accounts.models import User
from idp.core import clock
from idp.login.tests.browser import Browser
from idp.outbox.inbox import list_sent
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.recovery.services.ask import RECOVERY

NEW = "seventeen copper kettles sing"
PHONE = "+2348012345678"


def work() -> None:
    """What the worker does about those who asked."""
    for message in due_messages(at=clock.now(), limit=20):
        if message.kind == RECOVERY and claim(message):
            deliver(message)


def ask(browser: Browser, who: str, address: str = "") -> str:
    """Ask for a message; the address of the page that follows. The worker has not looked yet."""
    first = browser.name(who, address or browser.begin())
    there = str(browser.page(first).by_id["forgotten-password"]["href"])
    assert browser.page(there).by_id["id_username"]["value"] == who
    answer = browser.send(there, {"username": who})
    assert answer.status_code == 303, answer.content.decode()
    assert answer.headers["Location"].endswith("/check-messages")
    return answer.headers["Location"]


def link() -> str:
    """The local address in the newest mail about a new password."""
    found = next(re.search(r"http\S+(/recover/\S+)", sent.text) for sent in list_sent() if "new password" in sent.subject)
    assert found
    return found[1]


def code() -> str:
    found = next(re.search(r"\b([0-9]{6})\b", sent.text) for sent in list_sent() if "code" in sent.text)
    assert found
    return found[1]


def follow(browser: Browser) -> str:
    """Open the newest link; the clean address it leads to."""
    answer = browser.get(link())
    assert answer.status_code == 303, answer.content.decode()
    assert answer.headers["Location"].endswith("/new-password")
    return answer.headers["Location"]


def asked(browser: Browser, who: str = "ada@example.com") -> str:
    """Ask, let the worker write, follow the link."""
    ask(browser, who)
    work()
    return follow(browser)


def password_of(user: User) -> str:
    return User.objects.get(pk=user.pk).password
