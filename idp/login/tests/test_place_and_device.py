"""Place and fingerprint of a sign-in: nothing by itself; where switched on, with the session, told to its owner, gone with it."""

import ipaddress
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import translation
from pytest_django import Settings

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.conftest import PASSWORD
from idp.core.tests.places import DAKAR, LAGOS, NOWHERE, close_places, write_places
from idp.login.device_fingerprint import fingerprint, traits_of
from idp.login.models import SsoSession
from idp.login.place_label import place_label
from idp.login.services.forget_person import forget_person
from idp.login.tests.browser import Browser, Page
from idp.login.tests.test_new_device import not_me, notices
from idp.outbox.inbox import list_sent
from idp.privacy.selectors import export_of
from idp.self_service.schemas import Session

PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
    "Accept-Language": "en-NG,en;q=0.9",
    "Sec-CH-UA-Platform": '"Android"',
    "Sec-CH-UA-Mobile": "?1",
}


def sign_in(who: str = "ada@example.com", *, at: str = LAGOS, browser: Browser | None = None) -> SsoSession:
    """From this address, in a new browser unless it is named."""
    browser = browser or Browser(headers=PHONE)
    browser.defaults["REMOTE_ADDR"] = at
    assert browser.sign_in(who, PASSWORD, fresh=True).status_code == 303
    return SsoSession.objects.get(pk=str(browser.whoami()["sid"]))


def kept(event: str = "login_succeeded") -> dict[str, str]:
    """What the newest event keeps beside how strong the sign-in was."""
    detail: dict[str, str] = SecurityEvent.objects.filter(event=event).first().detail  # type: ignore[union-attr]
    return {name: value for name, value in detail.items() if name not in {"acr", "amr"}}


@pytest.fixture
def by_file(settings: Settings, tmp_path: Path) -> Iterator[None]:
    path = settings.IDP_PLACE_FILE = write_places(tmp_path / "places.mmdb")
    yield
    close_places(path)


@pytest.fixture
def fingerprinted(settings: Settings) -> None:
    settings.IDP_DEVICE_FINGERPRINT = True


# --- Switched off -----------------------------------------------------------------------------------------------------
def test_nothing_is_kept_unless_an_operator_switched_it_on(ada: User) -> None:
    for browser in (Browser(headers={**PHONE, "X-Country": "NG"}) for _ in range(2)):
        session = sign_in(browser=browser)
        assert (session.place, session.fingerprint, kept()) == (None, "", {})
    assert "Chrome on Android · 2" in notices()[0].text
    shown = Session.of(session, asking=session.pk)
    assert (shown.place, shown.fingerprint) == (None, None)


def test_each_switch_is_its_own(ada: User, by_file: None, settings: Settings) -> None:
    session = sign_in()
    assert (session.place, session.fingerprint) == ("NG/Lagos", "")
    settings.IDP_PLACE_FILE = None
    settings.IDP_DEVICE_FINGERPRINT = True
    session = sign_in()
    assert (session.place, len(session.fingerprint)) == (None, 8)


# --- Place ------------------------------------------------------------------------------------------------------------
def test_the_place_lies_sealed_in_the_row_and_the_audit_trail_has_the_country_alone(ada: User, by_file: None) -> None:
    session = sign_in()
    assert session.place == "NG/Lagos"
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM login_ssosession")
        assert cursor.fetchone()[0].startswith("v1.")
    assert kept() == {"country": "NG"}
    assert "Lagos" not in str([*SecurityEvent.objects.values()])


def test_a_new_proof_in_the_same_browser_renews_the_place(ada: User, by_file: None) -> None:
    browser = Browser(headers=PHONE)
    first = sign_in(browser=browser)
    again = sign_in(browser=browser, at=DAKAR)
    assert (again.pk, again.place) == (first.pk, "SN/Dakar")
    assert sign_in(browser=browser, at=NOWHERE).place is None


def test_the_owner_reads_it_in_the_list_the_news_and_behind_the_link(ada: User, by_file: None, fingerprinted: None) -> None:
    sign_in()
    browser = Browser(headers=PHONE)
    session = sign_in(browser=browser, at=DAKAR)
    assert "Chrome on Android · Dakar, Senegal · 2" in notices()[0].text
    assert "Dakar, Senegal" in Page(Browser().get(not_me()).content.decode()).text
    shown = Session.of(session, asking=session.pk)
    assert (shown.place, shown.fingerprint) == ("Dakar, Senegal", session.fingerprint)


def test_a_text_message_has_it_too(phoebe: User, by_file: None) -> None:
    for _ in range(2):
        sign_in("0801 234 5678")
    assert "Chrome on Android, Lagos, Nigeria, 2" in list_sent()[0].text


def test_a_file_that_broke_while_the_provider_runs_breaks_no_sign_in(ada: User, by_file: None, settings: Settings) -> None:
    assert sign_in().place == "NG/Lagos"
    settings.IDP_PLACE_FILE.write_bytes(b"")
    assert sign_in().place is None


def test_a_stranger_cannot_say_where_they_are(ada: User, settings: Settings) -> None:
    settings.IDP_TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)
    settings.IDP_PLACE_COUNTRY_HEADER, settings.IDP_PLACE_CITY_HEADER = "X-Country", "X-City"
    said = {"X-Country": "NG", "X-City": "Lagos"}
    assert sign_in(browser=Browser(headers={**PHONE, **said})).place is None
    assert sign_in(at="10.0.0.1", browser=Browser(headers={**PHONE, **said})).place == "NG/Lagos"


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("NG/Lagos", "en", "Lagos, Nigeria"),
        ("CI/Abidjan", "fr", "Abidjan, Côte d’Ivoire"),
        ("SN", "fr", "Sénégal"),
        ("QQ/Nowhere", "en", "Nowhere, QQ"),
        ("", "en", ""),
        (None, "en", ""),
    ],
)
def test_a_place_is_named_in_the_persons_language(text: str | None, language: str, label: str) -> None:
    with translation.override(language):
        assert place_label(text) == label


# --- Fingerprint ------------------------------------------------------------------------------------------------------
def test_the_same_kind_of_device_is_the_same_for_one_person_and_not_for_two(ada: User, bola: User, fingerprinted: None) -> None:
    first, second = sign_in(), sign_in()
    assert (first.fingerprint, len(first.fingerprint)) == (second.fingerprint, 8)
    assert kept() == {"device": first.fingerprint}
    assert sign_in("bola@example.com").fingerprint != first.fingerprint


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("User-Agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36"),
        ("User-Agent", "Mozilla/5.0 (Linux; Android 15) Firefox/140.0"),
        ("Accept-Language", "fr-SN"),
        ("Sec-CH-UA-Platform", '"Linux"'),
        ("Sec-CH-UA-Mobile", "?0"),
    ],
)
def test_another_kind_is_another(fingerprinted: None, header: str, value: str) -> None:
    mine, other = (RequestFactory().get("/", headers=headers) for headers in (PHONE, {**PHONE, header: value}))
    assert fingerprint(traits_of(mine), of=uuid.UUID(int=1)) != fingerprint(traits_of(other), of=uuid.UUID(int=1))


def test_an_update_of_the_browser_is_no_other_device(fingerprinted: None) -> None:
    updated = {**PHONE, "User-Agent": PHONE["User-Agent"].replace("140", "141")}
    assert traits_of(RequestFactory().get("/", headers=PHONE)) == traits_of(RequestFactory().get("/", headers=updated))


@pytest.mark.parametrize("value", ["", "\x00" * 50, "x" * 100_000, "\u202e<script>"])
def test_hostile_headers_make_some_fingerprint_and_no_fault(fingerprinted: None, value: str) -> None:
    request = RequestFactory().get("/", headers=dict.fromkeys(PHONE, value))
    assert len(traits_of(request)) <= 5 * 200
    assert len(fingerprint(traits_of(request), of=uuid.UUID(int=1))) == 8


# --- Nothing rests on it, and it goes ---------------------------------------------------------------------------------
def test_a_sign_in_from_elsewhere_with_another_device_is_let_in(ada: User, by_file: None, fingerprinted: None) -> None:
    here = sign_in()
    there = sign_in(at=DAKAR, browser=Browser(headers={"User-Agent": "curl/8", "Accept-Language": "zz"}))
    assert (here.acr, here.amr) == (there.acr, there.amr)


def test_both_are_exported_and_go_with_the_account(ada: User, by_file: None, fingerprinted: None) -> None:
    session = sign_in()
    (told,) = export_of(ada).sessions
    assert (told.place, told.fingerprint) == ("NG/Lagos", session.fingerprint)
    forget_person(user=ada)
    assert not SsoSession.objects.exists()
