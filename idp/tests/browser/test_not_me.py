"""A stranger signs in with a known password; the owner reads of it, presses one button and chooses a new password."""

import re

from playwright.sync_api import expect

from idp.tests.browser.accessible import assert_accessible
from idp.tests.browser.actions import give_password, sign_in
from idp.tests.browser.conftest import NewVisit
from idp.tests.browser.inbox import make_account, read_message
from idp.tests.browser.live import World
from idp.tests.browser.looks import look_at

_OLD, _NEW = "nine lamps in the harbour", "seventeen copper kettles sing"
_NOTICE, _RECOVERY = re.compile(r"http\S+/not-me/\S+"), re.compile(r"http\S+/recover/\S+")


def test_the_strangers_session_ends_and_the_owner_has_a_new_password(new_visit: NewVisit, world: World) -> None:
    email = make_account(world, "robbed@example.com", _OLD)
    owner, stranger, elsewhere = new_visit(), new_visit(), new_visit()
    own, theirs, phone = owner.page(), stranger.page(), elsewhere.page()
    for page in (own, theirs):
        page.goto(f"{world.issuer}/account/sessions")
        sign_in(page, username=email, password=_OLD)
        expect(page.locator("#current-session")).to_be_visible()

    # The notice, read on a third device, where nobody is signed in.
    link = _NOTICE.findall(read_message(own, world, f"To {email}", "A new device signed in"))[0]
    phone.goto(link)
    expect(phone.get_by_role("heading", name="Was this you?")).to_be_visible()
    assert_accessible(phone, "not me")
    look_at(phone, "not-me")
    theirs.reload()
    expect(theirs.locator("#current-session")).to_be_visible()
    phone.get_by_role("button", name="It was not me").click()
    expect(phone.get_by_label("Email or phone")).to_have_value(email)
    theirs.reload()
    expect(theirs.get_by_label("Email or phone")).to_be_visible()
    own.reload()
    expect(own.locator("#current-session")).to_be_visible()

    # On to a new password, through the mailbox.
    phone.get_by_role("button", name="Send a message").click()
    expect(phone.get_by_role("heading", name="Check your messages")).to_be_visible()
    phone.goto(_RECOVERY.findall(read_message(own, world, f"To {email}", "Choose a new password"))[0])
    phone.get_by_label("New password", exact=True).fill(_NEW)
    phone.get_by_role("button", name="Save the new password").click()
    give_password(phone, _NEW)
    expect(phone.locator("#current-session")).to_be_visible()

    # The link once more.
    phone.goto(link)
    expect(phone.locator("#error-code")).to_have_text("notice_over")
    assert_accessible(phone, "not me, link used")
    phone.get_by_role("link", name="Choose a new password").click()
    expect(phone.get_by_role("heading", name="Forgotten your password?")).to_be_visible()
