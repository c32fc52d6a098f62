"""As `test_canaries`, for the rest of a person's secrets: codes, factors, devices and links with which they prove who they are.

A shopper signs up, changes the password, adds an app, signs in each way, adds a passkey, forgets the password and follows the
link. Then everything that a provider at DEBUG wrote is searched.
"""

import html
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp
import pytest

from idp.core import clock
from idp.mfa.webauthn.tests.signer import Device
from idp.tests.live_provider import follow, running, stop
from idp.tests.pages import read_page
from idp.tests.stored_bytes import found, stores_of
from idp.tests.test_canaries import Walk

pytestmark = pytest.mark.unmeasured

# The newest message to somebody, as the worker writes it.
_NEWEST = """
import time
from idp.outbox.inbox import list_sent
for _ in range(600):
    if texts := [sent.text for sent in list_sent() if {word!r} in sent.text + sent.subject]:
        print(texts[0])
        break
    time.sleep(0.1)
else:
    raise SystemExit("no such message")
"""


@dataclass
class FactorWalk(Walk):
    """Beside long secrets, codes of six digits: too short to be searched for anywhere but between other characters."""

    digits: dict[str, str] = field(default_factory=dict)

    def message(self, word: str) -> str:
        """The newest mail with this word in it."""
        return self.provider.manage("shell", "-v", "0", "-c", _NEWEST.format(word=word))

    def step(self, browser: httpx.Client, name: str, begun: httpx.Response | None = None) -> httpx.Response:
        """The page by its name, of a new sign-in or of the one begun."""
        page = begun or follow(browser, browser.get("/login?next=/account"))
        self.walked += 1
        return follow(browser, browser.get(str(page.url).rpartition("/")[0] + f"/{name}"))

    def send(self, browser: httpx.Client, page: httpx.Response, **values: str) -> httpx.Response:
        """These fields and the token of the page's form, and where it leads."""
        self.walked += 1
        token = read_page(page.text).fields["csrfmiddlewaretoken"]
        return follow(browser, browser.post(page.url, data={"csrfmiddlewaretoken": token, **values}))


def at_the_account(page: httpx.Response) -> bool:
    """Whether a sign-in has ended where it was to lead."""
    return (page.status_code, page.url.path) == (200, "/account")


def asked(page: httpx.Response) -> dict[str, Any]:
    """What a page's script asks the authenticator."""
    options: dict[str, Any] = json.loads(html.unescape(page.text.partition('data-options="')[2].partition('"')[0]))
    return options


def sign_up(walk: FactorWalk, browser: httpx.Client, password: str) -> None:
    """A new account, whose address is proven by the mailed code."""
    page = walk.step(browser, "sign-up")
    names = {"given_name": "Ngozi", "family_name": "Eze", "role": "client"}
    page = walk.send(browser, page, username=walk.email, password=password, **names)
    (mailed,) = re.findall(r"\b\d{6}\b", walk.message("code"))
    walk.digits["mailed code"] = mailed
    assert at_the_account(walk.send(browser, page, code=mailed))


def change_password(walk: FactorWalk, browser: httpx.Client, old: str) -> str:
    """The new one; and what was wrong before it."""
    page = browser.get("/account/password")
    page = walk.send(browser, page, current_password=walk.new("wrong current one"), new_password=walk.new("never taken"))
    new = walk.new("new password")
    assert walk.send(browser, page, current_password=old, new_password=new).status_code == 200
    return new


def add_app(walk: FactorWalk, browser: httpx.Client) -> pyotp.TOTP:
    """The secret is shown, a wrong code refused, the right one taken, and recovery codes are shown."""
    page = walk.send(browser, browser.get("/account/security"), act="add", name="Phone")
    app = pyotp.TOTP(walk.note("totp secret", read_page(page.text).texts["totp-secret"].replace(" ", "")))
    walk.digits["wrong code"] = f"{(int(app.now()) + 1) % 10**6:06d}"
    page = walk.send(browser, page, code=walk.digits["wrong code"])
    walk.digits["first code"] = app.at(clock.epoch(clock.now()))
    page = walk.send(browser, page, code=walk.digits["first code"])
    codes = re.findall(r"<code>([0-9A-Z]{6}(?:-[0-9A-Z]{6}){3})</code>", page.text)
    assert len(codes) == 10
    for code in codes:
        walk.note("recovery code", code)
    return app


def add_passkey(walk: FactorWalk, browser: httpx.Client) -> Device:
    """A device with a passkey of theirs."""
    device = Device(origin=walk.provider.issuer)
    page = browser.get("/account/security/passkey")
    options = asked(page)
    walk.note("challenge of a new passkey", options["challenge"])
    answer = walk.send(browser, page, credential=json.dumps(device.make(options)))
    assert answer.status_code == 200, answer.text
    return device


def sign_in_by_password_and(walk: FactorWalk, browser: httpx.Client, password: str, step: str, **values: str) -> httpx.Response:
    """Where it ends."""
    page = walk.send(browser, walk.step(browser, "identifier"), username=walk.email)
    page = walk.step(browser, step, walk.send(browser, page, password=password))
    return walk.send(browser, page, **values)


def sign_in_each_way(walk: FactorWalk, app: pyotp.TOTP, password: str) -> None:
    """By a recovery code; by the app, remembered from then on; and by a passkey added there."""
    with walk.provider.browser() as browser:
        sign_in_by_password_and(walk, browser, password, "recovery-code", code=walk.new("wrong recovery code"))
        page = sign_in_by_password_and(walk, browser, password, "recovery-code", code=walk.secrets["recovery code"])
        assert page.url.path.endswith("/set-up")
    with walk.provider.browser() as browser:
        # A moment later than the first one, within what a clock may differ.
        code = walk.digits["second code"] = app.at(clock.epoch(clock.now()) + 30)
        wish = {"code": code, "remember": "1"}
        assert at_the_account(sign_in_by_password_and(walk, browser, password, "authenticator-app", **wish))
        walk.note("device cookie", browser.cookies["idp_device"])
        device = add_passkey(walk, browser)
    with walk.provider.browser() as browser:
        page = walk.step(browser, "passkey")
        options = asked(page)
        walk.note("challenge", options["challenge"])
        answer = device.sign(options)
        walk.note("assertion", answer["response"]["signature"])
        assert at_the_account(walk.send(browser, page, credential=json.dumps(answer)))


def recover(walk: FactorWalk) -> None:
    """By the link of a mail, to another password."""
    with walk.provider.browser() as browser:
        page = walk.step(browser, "forgotten-password")
        walk.send(browser, page, username=walk.email)
        link = re.search(r"/recover/(\S+)", walk.message("/recover/"))
        assert link
        walk.note("recovery key", link[1])
        page = follow(browser, browser.get(link[0]))
        assert walk.send(browser, page, password=walk.new("password after recovery")).status_code == 200
        browser.get(f"/recover/{walk.new('made-up recovery key')}")


def ask_as_programs_do(walk: FactorWalk) -> None:
    """Proofs of programs, right by their looks."""
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": kind,
        "client_assertion": walk.new("assertion of a client"),
    }
    walk.post("/oauth2/token", form, dpop=walk.new("DPoP proof"))


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FactorWalk, dict[str, bytes]]]:
    """Every secret of the journey, and everything that was written meanwhile."""
    folder = tmp_path_factory.mktemp("factor-canaries")
    log, redis_url = folder / "log", os.environ.get("REDIS_URL", "")
    with running(folder, log, IDP_LOG_LEVEL="DEBUG") as provider:
        walk = FactorWalk(provider)
        with provider.browser() as browser:
            password = walk.new("password")
            sign_up(walk, browser, password)
            password = change_password(walk, browser, password)
            app = add_app(walk, browser)
        sign_in_each_way(walk, app, password)
        recover(walk)
        ask_as_programs_do(walk)
        stores = stores_of(provider, redis_url)
        stop(provider.process)
        yield walk, {**stores, "log": log.read_bytes()}


@pytest.mark.spec("OWASP ASVS 5.0", "14.2.4")
def test_neither_log_nor_store_holds_a_proof_in_clear(walked: tuple[FactorWalk, dict[str, bytes]]) -> None:
    walk, written = walked
    assert any(b"factor_added" in content for content in written.values())
    assert len(walk.secrets) >= 24
    assert found({**walk.secrets, "address": walk.email}, written) == set()


def test_no_code_of_six_digits_stands_anywhere(walked: tuple[FactorWalk, dict[str, bytes]]) -> None:
    walk, written = walked
    assert len(walk.digits) == 4
    # Not a part of a longer number, of an id, or of the fraction of a second.
    alone = {name: re.compile(rb"(?<![0-9A-Za-z.])" + code.encode() + rb"(?![0-9A-Za-z])") for name, code in walk.digits.items()}
    assert {(name, place) for name, code in alone.items() for place, content in written.items() if code.search(content)} == set()
