"""The cut-over, rehearsed: people of Fashionistar's backend are moved in, the backend is switched, and they sign in by passkey.

Provider, worker, backend and the front end's server side are real programs; the browser is Chromium with an authenticator. What
the backend changes is counted beside it, in clients/example_backend/tests/test_cut_over.py.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import argon2
import httpx
import pytest
from playwright.sync_api import Page, expect

from idp.tests.browser.actions import sign_in
from idp.tests.browser.console import open_view
from idp.tests.browser.cut_over import CutOver, exported
from idp.tests.browser.inbox import read_code
from idp.tests.browser.keys import Keys
from idp.tests.browser.live import World
from idp.tests.browser.sockets import ask_for_ticket, open_sockets
from idp.tests.browser.test_passkeys import add_passkey
from idp.tests.browser.test_sign_up import fill_sign_up
from idp.tests.browser.visit import Visit

PASSWORD = "seventeen copper kettles sing"
ARGON2, PBKDF2, GOOGLE = (f"01939a4e-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))


def stored_hashes() -> dict[str, str]:
    """As the backend stores them: Argon2 with its own cost, what Django made before, and none for who uses Google."""
    argon = argon2.PasswordHasher(time_cost=2, memory_cost=102_400, parallelism=8).hash(PASSWORD)
    pbkdf2 = base64.b64encode(hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"salt1234", 260_000)).decode()
    return {ARGON2: f"argon2{argon}", PBKDF2: f"pbkdf2_sha256$260000$salt1234${pbkdf2}", GOOGLE: "!chosen-by-nobody"}


@pytest.fixture(scope="module")
def cut_over(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CutOver]:
    """The backend before the cut-over, with a row of its own for two of three people; all three are moved in."""
    made = CutOver(world, tmp_path_factory.mktemp("cut-over"))
    try:
        made.start("before")
        for user_id in (ARGON2, PBKDF2):
            made.rows("INSERT INTO shop_shopper (sub, password, is_active, first_seen) VALUES (?, '!', 1, '2025-03-01')", user_id)
            made.rows("INSERT INTO shop_wallet (shopper_id, balance_kobo) VALUES (?, 500)", user_id)
        kinds = {GOOGLE: {"auth_provider": "google"}}
        made.move_in([dict(exported(user_id, stored, **kinds.get(user_id, {}))) for user_id, stored in stored_hashes().items()])
        yield made
    finally:
        made.stop()


@pytest.fixture
def page(visit: Visit, cut_over: CutOver) -> Page:
    """One tab; its journey leads to the front end too."""
    visit.expect_app(cut_over.bff)
    return visit.page()


def asked(address: str, token: str) -> int:
    """The status of a call with this token."""
    return httpx.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False).status_code


def orders(page: Page, at_once: int = 1) -> list[dict[str, Any]]:
    """What the page gets when it asks the backend, so many times in the same moment."""
    script = """count => Promise.all(Array.from({length: count}, async () => {
        const answer = await fetch("/api/orders");
        return {status: answer.status, ...(await answer.json())};
    }))"""
    answers: list[dict[str, Any]] = page.evaluate(script, at_once)
    return answers


def email_of(user_id: str) -> str:
    return str(exported(user_id, "")["email"])


def leave(page: Page, cut_over: CutOver, link: str) -> None:
    page.goto(cut_over.bff)
    page.get_by_role("link", name=link).click()


def come_back_by_passkey(page: Page, world: World, cut_over: CutOver, keys: Keys) -> None:
    """A passkey is made, and from then on nothing else is needed. Signing out at the front end ends the session there, too."""
    page.goto(f"{world.issuer}/account/security")
    add_passkey(page)
    assert len(keys.held()) == 1
    page.goto(cut_over.bff)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert page.url == f"{cut_over.bff}/"
    # Nobody presses anything: Chromium's stand-in for a person picks the passkey from the field's list.
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Hello, Ngozi Eze")).to_be_visible()


def test_people_moved_in_use_the_switched_backend_and_sign_in_by_passkey(page: Page, world: World, cut_over: CutOver) -> None:
    # Before: the backend's own tokens work, and only those.
    cut_over.start("before")
    assert asked(f"{cut_over.api}/api/orders", cut_over.old_token(ARGON2)) == 200
    assert asked(f"{cut_over.api}/api/orders", cut_over.old_token(GOOGLE)) == 401

    # The switch: the same database, other settings. Afterwards they do not.
    cut_over.start("after")
    assert asked(f"{cut_over.api}/api/orders", cut_over.old_token(ARGON2)) == 401

    # With the password they always had, through the front end's server side; back where they were.
    keys = Keys(page)
    keys.plug_in()
    leave(page, cut_over, "Sign in")
    sign_in(page, username=email_of(ARGON2), password=PASSWORD)
    expect(page.get_by_role("heading", name="Hello, Ngozi Eze")).to_be_visible()
    assert page.url == f"{cut_over.bff}/?back"
    (answer,) = orders(page)
    assert (answer["status"], answer["data"]["sub"]) == (200, ARGON2)

    # No page ever holds a token.
    assert "fst_" not in page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(cut_over.bff)}
    assert cookies["fashionistar_session"]["httpOnly"] is True

    come_back_by_passkey(page, world, cut_over, keys)
    assert [answer["data"]["sub"] for answer in orders(page)] == [ARGON2]

    # Their row is the one they had, and so is their money.
    assert cut_over.rows("SELECT count(*) FROM shop_shopper WHERE sub = ?", ARGON2) == [(1,)]
    assert cut_over.rows("SELECT balance_kobo FROM shop_wallet WHERE shopper_id = ?", ARGON2) == [(500,)]


def test_an_older_hash_signs_in_and_signing_out_at_the_provider_reaches_the_front_end(
    page: Page, world: World, cut_over: CutOver
) -> None:
    cut_over.start("after")
    leave(page, cut_over, "Sign in")
    sign_in(page, username=email_of(PBKDF2), password=PASSWORD)
    expect(page.get_by_role("heading", name="Hello, Ngozi Eze")).to_be_visible()
    assert [answer["data"]["sub"] for answer in orders(page)] == [PBKDF2]

    # The front end is not asked: the provider tells it, over the back channel.
    open_view(page, world, "sessions")
    page.get_by_role("button", name="Sign out").last.click()
    expect(page.get_by_role("heading", name="See you soon")).to_be_visible()
    page.goto(cut_over.bff)
    for _ in range(80):
        if page.get_by_role("link", name="Sign in").is_visible():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.get_by_role("heading", name="Fashionistar")).to_be_visible()


def test_many_calls_at_once_renew_a_sign_in_once(page: Page, cut_over: CutOver) -> None:
    """Refresh tokens of this registration serve once: two renewals with one of them are a theft or, within seconds, a repeat."""
    cut_over.start("after")
    cut_over.shorten_access(20)
    try:
        leave(page, cut_over, "Sign in")
        sign_in(page, username=email_of(PBKDF2), password=PASSWORD)
        expect(page.get_by_role("heading", name="Hello, Ngozi Eze")).to_be_visible()
        assert cut_over.renewals() == 0
        # Less than half a minute before its end the token is renewed; every call carries the same old cookie.
        for _time in range(2):
            assert ([answer["status"] for answer in orders(page, at_once=8)], cut_over.renewals()) == ([200] * 8, 1)
    finally:
        cut_over.shorten_access(0)


def test_a_ticket_of_the_front_end_opens_one_socket_within_a_minute(page: Page, visit: Visit, cut_over: CutOver) -> None:
    cut_over.start("sockets")
    leave(page, cut_over, "Sign in")
    sign_in(page, username=email_of(PBKDF2), password=PASSWORD)
    expect(page.get_by_role("heading", name="Hello, Ngozi Eze")).to_be_visible()
    welcome = {"sub": PBKDF2}
    sentence = "The live connection could not be opened: its ticket is not valid any more. Please try again."
    spent = {"code": 4401, "reason": sentence}

    # Once, however many show it in the same moment, and never again.
    ticket = ask_for_ticket(page)
    heard = open_sockets(page, cut_over.api, ticket, at_once=4)
    assert sorted(heard, key=str) == [spent, spent, spent, welcome]
    assert open_sockets(page, cut_over.api, ticket) == [spent]

    # For a minute.
    young, old, other = (ask_for_ticket(page) for _ in range(3))
    cut_over.move_clock(50)
    assert open_sockets(page, cut_over.api, young) == [welcome]
    cut_over.move_clock(61)
    assert open_sockets(page, cut_over.api, old) == [spent]
    cut_over.move_clock(0)

    # And for pages of its own origin: the same server under another name is somebody else's.
    elsewhere = cut_over.bff.replace("localhost", "127.0.0.1")
    visit.expect_app(elsewhere)
    page.goto(elsewhere)
    (refused,) = open_sockets(page, cut_over.api, other)
    assert refused == {"code": 4403, "reason": "This page may not open a live connection to this service."}


def test_who_used_google_until_now_has_no_password_to_sign_in_with(page: Page, cut_over: CutOver) -> None:
    """Least of all the text that stands in the hash's place."""
    cut_over.start("after")
    leave(page, cut_over, "Sign in")
    sign_in(page, username=email_of(GOOGLE), password="!chosen-by-nobody")
    expect(page.get_by_role("alert")).to_be_visible()
    assert cut_over.rows("SELECT count(*) FROM shop_shopper WHERE sub = ?", GOOGLE) == [(0,)]


def test_somebody_new_has_one_row_however_event_and_first_calls_meet(page: Page, world: World, cut_over: CutOver) -> None:
    cut_over.start("after")
    keys = Keys(page)
    keys.plug_in()
    leave(page, cut_over, "Create an account")
    fill_sign_up(page, "new-at-cut-over@example.com", password="", button="Use a passkey instead of a password")
    page.get_by_label("Code").fill(read_code(page, world))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="I have kept my codes").click()
    expect(page.get_by_role("heading", name="Hello, Ngozi Eze")).to_be_visible()

    # A page asks for many things at once, while the worker tells of the account.
    answers = orders(page, at_once=8)
    subs = {answer["data"]["sub"] for answer in answers}
    assert ([answer["status"] for answer in answers], len(subs)) == ([200] * 8, 1)
    (sub,) = subs
    expect_event(page, cut_over, sub)
    assert cut_over.rows("SELECT count(*) FROM shop_shopper WHERE sub = ?", sub) == [(1,)]
    assert cut_over.rows("SELECT count(*) FROM shop_wallet WHERE shopper_id = ?", sub) == [(1,)]
    assert json.dumps(answers).count("fst_") == 0


def expect_event(page: Page, cut_over: CutOver, sub: str) -> None:
    """The backend has taken the event of this account, before or after the calls. Raises AssertionError."""
    for _ in range(80):
        if cut_over.rows("SELECT 1 FROM fashionistar_events_knownsubject WHERE sub = ?", sub):
            return
        page.wait_for_timeout(250)
    raise AssertionError("the event did not come")
