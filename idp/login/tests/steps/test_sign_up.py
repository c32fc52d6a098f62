"""Making an account on the way in: nothing before the address is proven, and nothing told about who has one."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.selectors import hold_active_user
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser, Page
from idp.login.tests.conftest import Hashes
from idp.outbox.inbox import list_sent

pytestmark = pytest.mark.django_db

PASSWORD = "seventeen copper kettles sing"
FORM = {"username": "new@example.com", "given_name": "Ngozi", "family_name": "Eze", "role": "client", "password": PASSWORD}


def sign_up(browser: Browser, address: str = "", **changed: str) -> str:
    """Send the form; the address of the page for the code."""
    answer = browser.send(address or browser.begin(create=True), {**FORM, **changed})
    assert answer.status_code == 303, answer.content.decode()
    assert answer.headers["Location"].endswith("/verify-address")
    return answer.headers["Location"]


def code() -> str:
    """From the newest message."""
    found = re.search(r"\b([0-9]{6})\b", list_sent()[0].text)
    assert found
    return found[1]


def wrong() -> str:
    return f"{(int(code()) + 1) % 10**6:06d}"


@pytest.mark.spec("OIDC Initiating User Registration", "4")
@pytest.mark.parametrize(("typed", "channel"), [("New@Example.com", "mail"), ("0801 234 5678", "sms")])
def test_somebody_new_is_signed_in_once_the_address_is_proven(browser: Browser, typed: str, channel: str) -> None:
    address = sign_up(browser, username=typed)
    assert list_sent()[0].channel == channel
    assert not User.objects.exists()
    answer = browser.send(address, {"code": code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/whoami")
    user = User.objects.get()
    assert (user.given_name, user.name, user.role, user.is_staff) == ("Ngozi", "Ngozi Eze", "client", False)
    assert (user.email_verified, user.phone_number_verified) == (channel == "mail", channel == "sms")
    assert user.check_password(PASSWORD)
    assert browser.whoami()["user"] == str(user.pk)
    session = SsoSession.objects.get()
    # A mailbox is no second factor.
    assert (session.acr, session.amr) == ("aal1", ["pwd"])
    assert {"user_created", "contact_verified"} <= set(SecurityEvent.objects.values_list("event", flat=True))


def test_the_way_leads_from_the_first_page_and_back(browser: Browser) -> None:
    first = browser.begin()
    page = browser.page(first)
    there = str(page.by_id["sign-up"]["href"])
    form = browser.page(there)
    assert form.by_id["id_password"]["autocomplete"] == "new-password"
    assert form.labels["id_username"] == "Email or phone"
    assert browser.page(str(form.by_id["sign-in"]["href"])).by_id["id_username"]
    address = sign_up(browser, there)
    assert browser.page(str(browser.page(address).by_id["account-change"]["href"])).by_id["id_family_name"]


def test_who_has_an_account_may_sign_in_where_an_account_was_asked_for(browser: Browser, ada: User) -> None:
    from idp.conftest import PASSWORD as HERS

    address = browser.begin(create=True)
    assert address.endswith("/sign-up")
    answer = browser.sign_in("ada@example.com", HERS)
    assert answer.status_code == 303
    assert browser.whoami()["user"] == str(ada.pk)


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
def test_an_address_that_has_an_account_gets_the_same_page_and_another_message(
    browser: Browser, ada: User, hashes: Hashes
) -> None:
    other = Browser()
    taken = sign_up(browser, username="ada@example.com")
    spent = hashes.count
    message = list_sent()[0]
    assert message.to == "ada@example.com"
    assert "already" in message.subject
    assert not re.search(r"\b[0-9]{6}\b", message.text)
    free = sign_up(other, username="bob@example.com")
    assert hashes.count == 2 * spent
    pages = [re.sub(r'value="[^"]{64}"|/login/[\w-]+|nonce="[^"]*"', "", b.get(at).content.decode()).replace(who, "")
             for b, at, who in ((browser, taken, "ada@example.com"), (other, free, "bob@example.com"))]  # fmt: skip
    assert pages[0] == pages[1]
    refused = [b.send(at, {"code": "000000" if code() != "000000" else "000001"}) for b, at in ((browser, taken), (other, free))]
    assert [answer.status_code for answer in refused] == [401, 401]
    assert User.objects.count() == 1


def test_a_wrong_code_can_be_tried_five_times(browser: Browser, later: Callable[[float], None]) -> None:
    address = sign_up(browser)
    for _ in range(5):
        answer = browser.send(address, {"code": wrong()})
        assert answer.status_code == 401
        assert "not right, or no longer valid" in Page(answer.content.decode()).text
    later(60)
    assert browser.send(address, {"code": code()}).status_code == 401
    assert not User.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "6.6.3")
def test_guesses_are_counted_for_an_address_over_all_codes(browser: Browser, later: Callable[[float], None]) -> None:
    address = sign_up(browser)
    for _ in range(3):
        browser.send(address, {"code": wrong()})
    later(61)
    assert browser.send(address, {"again": "1"}).status_code == 303
    answers = [browser.send(address, {"code": wrong()}).status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    # The right one waits like any other, and forgives what went before.
    assert browser.send(address, {"code": code()}).status_code == 429
    later(10)
    assert browser.send(address, {"code": code()}).status_code == 303


def test_a_code_expires_and_a_new_one_can_be_had(browser: Browser, later: Callable[[float], None]) -> None:
    address = sign_up(browser)
    assert browser.send(address, {"again": "1"}).status_code == 429
    later(601)
    assert browser.send(address, {"code": code()}).status_code == 401
    answer = browser.send(address, {"again": "1"})
    assert answer.headers["Location"] == address
    assert len(list_sent()) == 2
    assert browser.send(address, {"code": code()}).status_code == 303


@pytest.mark.parametrize("taken", ["", "new@example.com"])
def test_whoever_goes_back_and_gives_the_same_address_has_their_message_already(
    browser: Browser, make_user: Callable[..., User], taken: str
) -> None:
    if taken:
        make_user(email=taken)
    address = sign_up(browser)
    there = str(browser.page(address).by_id["account-change"]["href"])
    assert sign_up(browser, there, given_name="Ngozika") == address
    assert len(list_sent()) == 1
    if not taken:
        assert browser.send(address, {"code": code()}).status_code == 303
        assert User.objects.get().given_name == "Ngozika"


def test_a_code_is_of_no_use_in_another_browser(browser: Browser) -> None:
    other = Browser()
    mine, theirs = sign_up(browser), sign_up(other, given_name="Thief")
    assert browser.send(mine, {"code": code()}).status_code == 401
    assert other.send(theirs, {"code": code()}).status_code == 303


def test_of_two_sign_ups_of_one_address_the_second_is_told_once_it_has_proven_it(browser: Browser) -> None:
    other = Browser()
    mine = sign_up(browser)
    my_code = code()
    theirs = sign_up(other)
    assert browser.send(mine, {"code": my_code}).status_code == 303
    answer = other.send(theirs, {"code": code()})
    assert answer.status_code == 401
    assert "created a moment ago" in answer.content.decode()
    assert User.objects.count() == 1
    assert other.whoami()["user"] is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"username": "nobody"}, "valid email address"),
        ({"given_name": " "}, "Please enter your name."),
        ({"family_name": ""}, "Please enter your name."),
        ({"password": ""}, "Please enter a password."),
        ({"password": "password1234567"}, "Please choose another one."),
        ({"password": "Ngozi Eze Ngozi Eze"}, "mostly your name"),
        ({"role": "admin"}, "Some of what was sent"),
        ({"role": "super_vendor"}, "Some of what was sent"),
    ],
)
def test_a_form_that_cannot_be_right_is_explained_and_sends_nothing(
    browser: Browser, changed: dict[str, str], sentence: str
) -> None:
    answer = browser.send(browser.begin(create=True), {**FORM, **changed})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not list_sent()


def test_a_vendor_is_led_on_to_a_second_factor(browser: Browser) -> None:
    answer = browser.send(sign_up(browser, role="vendor"), {"code": code()})
    assert answer.headers["Location"].endswith("/set-up")
    assert User.objects.get().role == "vendor"
    assert not SsoSession.objects.exists()


def test_one_network_fills_in_so_many_forms(browser: Browser, settings: Settings) -> None:
    settings.IDP_THROTTLE = True
    address = browser.begin(create=True)
    token = browser.token(address)
    answers = [browser.send(address, {**FORM, "username": "x"}, token=token).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.8")
@pytest.mark.parametrize("wish", [{}, {"password": "", "passkey": "1"}])
def test_work_and_messages_are_the_same_whoever_has_the_address(
    make_user: Callable[..., User], hashes: Hashes, wish: dict[str, str]
) -> None:
    make_user(email="known@example.com")
    set_active(user_id=make_user(email="shut0@example.com").pk, active=False)
    make_user(email="unproven@example.com", email_verified=False)
    make_user(email="beside@example.com", email_verified=False, phone_number="+2348012345678", phone_number_verified=True)
    met = []
    for who in ("nobody@example.com", "known@example.com", "shut0@example.com", "unproven@example.com", "beside@example.com"):
        browser = Browser()
        first = browser.begin(create=True)
        work = [work_of(browser, first, {**FORM, "username": who, **wish}, hashes)]
        # A guess, and another message asked for too soon.
        there = first.replace("sign-up", "verify-address")
        work += [work_of(browser, there, {"code": "x"}, hashes), work_of(browser, there, {"again": "1"}, hashes)]
        met.append((work, len([sent for sent in list_sent() if sent.to == who])))
    assert all(one == met[0] for one in met)
    (asked, *_rest), messages = met[0]
    assert (asked[0], asked[1], messages) == (303, 0 if wish else 1, 1)


def work_of(browser: Browser, address: str, fields: dict[str, str], hashes: Hashes) -> tuple[int, int, list[str]]:
    """Status, hash operations and statements without their values."""
    token, before = browser.token(address), hashes.count
    with CaptureQueriesContext(connection) as queries:
        status = browser.send(address, fields, token=token).status_code
    said = [re.sub(r"'[^']*'|[0-9a-f]{32,}|[0-9]+", "", query["sql"]) for query in queries.captured_queries]
    return status, hashes.count - before, said


def test_an_account_that_leaves_the_address_meanwhile_is_not_taken(
    browser: Browser, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = make_user(email="new@example.com", email_verified=False)
    there = browser.send(browser.begin(create=True), FORM).headers["Location"]

    def moved(user_id: uuid.UUID) -> User | None:
        left.email = "elsewhere@example.com"
        left.save(update_fields=["email"])
        return hold_active_user(user_id)

    monkeypatch.setattr("idp.login.services.open_account.hold_active_user", moved)
    assert browser.send(there, {"code": code()}).status_code == 303
    left.refresh_from_db()
    assert (left.email, left.email_verified, left.is_verified) == ("elsewhere@example.com", False, False)
    assert User.objects.exclude(pk=left.pk).get().email == "new@example.com"
