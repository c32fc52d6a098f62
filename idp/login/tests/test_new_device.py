"""An owner hears of a sign-in on a new device, and answers that it was not theirs: what is told when, and what the link does."""

import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from idp.accounts.identifiers import parse_email
from idp.accounts.models import User
from idp.accounts.services.replace_address import replace_address
from idp.accounts.services.set_active import set_active
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.login.models import KnownDevice, SignInNotice, SsoSession
from idp.login.services.forget_stale import forget_sessions, forget_stale
from idp.login.services.tell_of_new_device import LIFETIME_SECONDS
from idp.login.tests.browser import Browser, Page
from idp.login.tests.recovery import NEW, asked, link, work
from idp.mfa.remembered_device.models import RememberedDevice
from idp.mfa.remembered_device.services.remember import remember
from idp.outbox.inbox import Sent, list_sent
from idp.tests.database_faults import failing

pytestmark = pytest.mark.django_db

ADA = "ada@example.com"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"


def sign_in(who: str = ADA, browser: Browser | None = None) -> Browser:
    """In a new browser, unless it is named."""
    browser = browser or Browser(headers={"User-Agent": PHONE})
    assert browser.sign_in(who, PASSWORD, fresh=True).status_code == 303
    return browser


def notices() -> list[Sent]:
    """The newest first."""
    return [sent for sent in list_sent() if "/not-me/" in sent.text]


def not_me() -> str:
    """The local address in the newest notice."""
    found = re.search(r"http\S+(/not-me/\S+)", notices()[0].text)
    assert found
    return found[1]


def event(name: str) -> SecurityEvent:
    return SecurityEvent.objects.get(event=name)


@pytest.fixture
def thief(signed_in: Browser) -> Browser:
    """Somebody else's browser, in which Ada's password was known."""
    return sign_in()


# --- What is told, and when -----------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.5")
def test_the_owner_hears_when_and_on_what(thief: Browser) -> None:
    (sent,) = notices()
    assert (sent.channel, sent.to, sent.subject) == ("mail", ADA, "A new device signed in to your account")
    session = SsoSession.objects.get(pk=str(thief.whoami()["sid"]))
    assert f"Chrome on Android · {session.auth_time:%Y-%m-%d %H:%M} UTC" in sent.text
    assert (event("new_device").sid, event("new_device").browser) == (session.pk, thief.key())


def test_the_first_sign_in_of_an_account_is_no_news(signed_in: Browser) -> None:
    assert not notices()
    assert not SecurityEvent.objects.filter(event="new_device").exists()


def test_a_known_browser_is_no_news_however_often(thief: Browser) -> None:
    sign_in(browser=thief)
    thief.get("/leave")
    sign_in(browser=thief)
    assert len(notices()) == 1


def test_a_browser_that_is_known_to_somebody_else_is_new_to_this_account(signed_in: Browser, bola: User) -> None:
    shared = sign_in("bola@example.com")
    assert not notices()
    sign_in(browser=shared)
    assert [sent.to for sent in notices()] == [ADA]
    # One browser, two people: nothing that is stored tells that it is one.
    assert KnownDevice.objects.values("mark").distinct().count() == KnownDevice.objects.count() == 3


def test_a_browser_stays_known_when_the_address_changes(signed_in: Browser, ada: User) -> None:
    replace_address(user=ada, to=parse_email("ada.obi@example.com"), sid=SsoSession.objects.get().pk)
    sign_in("ada.obi@example.com", signed_in)
    assert not notices()
    sign_in("ada.obi@example.com")
    assert [sent.to for sent in notices()] == ["ada.obi@example.com"]


def test_a_browser_known_since_an_older_release_is_no_news(signed_in: Browser) -> None:
    KnownDevice.objects.update(mark="")
    sign_in(browser=signed_in)
    assert not notices()


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.5")
def test_an_account_that_slept_is_told_when_somebody_wakes_it(signed_in: Browser, later: Callable[[float], None]) -> None:
    later(400 * 24 * 3600)
    # Nothing is left that says where, or that, anybody ever signed in, but the audit trail.
    forget_stale()
    forget_sessions(in_use=lambda _batch: ())
    assert not KnownDevice.objects.exists()
    assert not SsoSession.objects.exists()
    sign_in()
    assert [sent.to for sent in notices()] == [ADA]


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.5")
def test_so_is_one_whose_devices_a_new_password_made_unknown(signed_in: Browser) -> None:
    elsewhere = Browser()
    elsewhere.send(asked(elsewhere), {"password": NEW})
    assert not KnownDevice.objects.exists()
    assert Browser(headers={"User-Agent": PHONE}).sign_in(ADA, NEW).status_code == 303
    assert [sent.to for sent in notices()] == [ADA]


def test_a_sign_in_that_failed_before_is_none(browser: Browser, ada: User) -> None:
    assert browser.sign_in(ADA, "wrong").status_code == 401
    sign_in(browser=browser)
    assert not notices()


def test_where_only_a_number_is_proven_it_is_a_text_message(phoebe: User) -> None:
    sign_in("0801 234 5678")
    sign_in("0801 234 5678")
    (sent,) = notices()
    assert (sent.channel, sent.to) == ("sms", "+2348012345678")
    assert "Chrome on Android" in sent.text


def test_the_words_are_in_the_owners_language(signed_in: Browser, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(locale="fr-CI")
    sign_in(browser=Browser(headers={"User-Agent": "curl"}))
    assert "Appareil inconnu" in notices()[0].text


def test_no_sign_in_without_its_notice(signed_in: Browser) -> None:
    stranger = Browser(headers={"User-Agent": PHONE})
    there = stranger.name(ADA)
    with connection.execute_wrapper(failing('INSERT INTO "outbox_message"')):
        assert stranger.send(there, {"password": PASSWORD}).status_code == 503
    assert (SsoSession.objects.count(), KnownDevice.objects.count(), SignInNotice.objects.count()) == (1, 1, 0)
    # The page works still, and then there is one.
    assert stranger.send(there, {"password": PASSWORD}).status_code == 303
    assert len(notices()) == 1


# --- The link: what it does -------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.3.5")
def test_the_button_ends_the_sign_in_and_leads_to_a_new_password(signed_in: Browser, thief: Browser, ada: User) -> None:
    there = not_me()
    page = signed_in.page(there)
    assert "Chrome on Android" in page.text
    answer = signed_in.send(there, {})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/forgotten-password")
    assert (thief.whoami()["user"], signed_in.whoami()["user"]) == (None, str(ada.pk))
    ended = SsoSession.objects.get(end_reason="disowned")
    assert (event("sign_in_disowned").sid, event("session_ended").sid) == (ended.pk, ended.pk)

    # The address is there already; the way goes through the mailbox, as ever.
    forgotten = answer.headers["Location"]
    assert signed_in.page(forgotten).by_id["id_username"]["value"] == ADA
    signed_in.send(forgotten, {"username": ADA})
    work()
    new_password = signed_in.get(link()).headers["Location"]
    password = signed_in.send(new_password, {"password": NEW}).headers["Location"]
    assert signed_in.send(password, {"password": NEW}).headers["Location"] == "/account/sessions"


def test_looking_spends_nothing_and_ends_nothing(thief: Browser) -> None:
    scanner = Browser()
    for _ in range(3):
        assert scanner.get(not_me()).status_code == 200
    assert scanner.head(not_me()).status_code == 200
    assert thief.whoami()["user"]
    assert scanner.send(not_me(), {}).status_code == 303
    assert thief.whoami()["user"] is None


def test_a_form_of_another_site_presses_no_button(thief: Browser) -> None:
    assert Browser().post(not_me()).status_code == 403
    assert thief.whoami()["user"]


def test_other_methods_are_refused(thief: Browser) -> None:
    answer = Client().put(not_me())
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_whoever_reads_the_mail_is_not_signed_in_by_it(thief: Browser, ada: User) -> None:
    reader = Browser()
    forgotten = reader.send(not_me(), {}).headers["Location"]
    assert reader.whoami()["user"] is None
    # The old password is asked for as ever, and no page for a new one is open.
    assert reader.get(forgotten.replace("forgotten-password", "new-password")).status_code == 303
    assert User.objects.get(pk=ada.pk).password == ada.password


def test_signing_out_and_in_again_there_does_not_escape(thief: Browser) -> None:
    thief.get("/leave")
    sign_in(browser=thief)
    assert len(notices()) == 1
    Browser().send(not_me(), {})
    assert thief.whoami()["user"] is None


def test_others_in_that_browser_stay_signed_in(thief: Browser, bola: User) -> None:
    thief.get("/leave")
    sign_in("bola@example.com", thief)
    Browser().send(not_me(), {})
    assert thief.whoami()["user"] == str(bola.pk)


def test_the_browser_is_new_again_and_the_others_stay_known(signed_in: Browser, thief: Browser) -> None:
    Browser().send(not_me(), {})
    sign_in(browser=signed_in)
    assert len(notices()) == 1
    sign_in(browser=thief)
    assert len(notices()) == 2


def test_no_device_stays_remembered(thief: Browser, ada: User, bola: User) -> None:
    for user in (ada, bola):
        remember(user=user, presented="", user_agent=PHONE)
    Browser().send(not_me(), {})
    assert list(RememberedDevice.objects.values_list("user", flat=True)) == [bola.pk]
    assert event("device_forgotten").detail["reason"] == "disowned"


# --- The link: when it is good -----------------------------------------------------------------------------------------------
def _refused(address: str) -> str:
    """The sentence; the page for it is the same whoever the link was about."""
    answer = Browser().get(address)
    assert answer.status_code == 410
    page = answer.content.decode()
    assert ADA not in page
    assert "Chrome" not in page
    assert "/login?next=/account&amp;forgotten=1" in page
    return page


def test_it_works_once(thief: Browser) -> None:
    there = not_me()
    browser = Browser()
    token = browser.token(there)
    assert browser.send(there, {}, token=token).status_code == 303
    sign_in(browser=thief)
    assert browser.send(there, {}, token=token).status_code == 410
    assert thief.whoami()["user"]
    assert "notice_over" in _refused(there)


def test_it_works_for_a_week(thief: Browser, later: Callable[[float], None]) -> None:
    there = not_me()
    browser = Browser()
    token = browser.token(there)
    later(LIFETIME_SECONDS - 60)
    assert browser.get(there).status_code == 200
    later(120)
    assert browser.send(there, {}, token=token).status_code == 410
    assert not SsoSession.objects.filter(end_reason="disowned").exists()
    _refused(there)
    forget_stale()
    assert not SignInNotice.objects.exists()


def test_one_that_never_was_reads_alike(thief: Browser) -> None:
    reference = re.compile(r'id="error-reference">[^<]*')
    unknown = _refused("/not-me/fst_nd_" + "A" * 43)
    Browser().send(there := not_me(), {})
    assert reference.sub("", unknown) == reference.sub("", _refused(there))
    assert Browser().get("/not-me/fst_nd_short").status_code == 404


def test_a_disabled_account_is_shown_to_nobody(thief: Browser, ada: User) -> None:
    there = not_me()
    browser = Browser()
    token = browser.token(there)
    set_active(user_id=ada.pk, active=False)
    assert browser.send(there, {}, token=token).status_code == 410


def test_an_address_that_changed_since_is_not_told(thief: Browser, ada: User) -> None:
    there = not_me()
    replace_address(user=ada, to=parse_email("thief@example.com"), sid=SsoSession.objects.earliest("id").pk)
    reader = Browser()
    forgotten = reader.send(there, {}).headers["Location"]
    assert reader.page(forgotten).by_id["id_username"]["value"] == ""
    assert thief.whoami()["user"] is None


def test_what_is_stored_is_no_link(thief: Browser, settings: Settings) -> None:
    key = not_me().removeprefix("/not-me/")
    stored = {str(value) for value in SignInNotice.objects.values().get().values()}
    assert not any(key in value or ADA in value for value in stored)
    settings.IDP_MODE = "production"
    assert not list_sent()


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_works_once(thief: Browser) -> None:
    there = not_me()
    browser = Browser()
    token = browser.token(there)
    answers: list[int] = []

    def press() -> None:
        own = Browser()
        own.cookies = browser.cookies
        answers.append(own.send(there, {}, token=token).status_code)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 410, 410, 410]
    assert SecurityEvent.objects.filter(event="sign_in_disowned").count() == 1


def test_whoever_is_signed_in_can_follow_the_way_on_from_a_link_that_is_over(signed_in: Browser) -> None:
    page = Page(signed_in.get("/not-me/fst_nd_" + "A" * 43).content.decode())
    forgotten = signed_in.get(str(page.by_id["error-action"]["href"])).headers["Location"]
    assert signed_in.page(forgotten).by_id["id_username"]["value"] == ADA
