"""Every sentence for people in every language, the language of an answer, and English for programs."""

import re
import string
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.test import Client as HttpClient
from django.utils import translation
from django.utils.translation import trans_real

from idp.accounts.models import User
from idp.oidc.authorize.permissions import permissions_of
from idp.oidc.provider.scopes import known_scopes
from idp.outbox.inbox import list_sent
from idp.outbox.text_processor import render_mail, render_text
from idp.tests.journey import Browser, Pkce, answer_of, page_of
from idp.tests.parties import SPA, get_json, json_of, post_form
from tools.messages import catalogs, collected, language_of, read

FRENCH = {"accept-language": "fr-CI, fr;q=0.9, en;q=0.5"}
SIGN_IN = {"en": "Email or phone", "fr": "E-mail ou téléphone"}


def texts(words: object) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words) if isinstance(words, Iterable) else ()


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)\w", text)) | {name for _text, name, _spec, _how in string.Formatter().parse(text) if name}


def first_page(*, browser: str = "", **asked: str) -> str:
    """The language that the first page of a sign-in asked for in this way speaks."""
    page = Browser(**{"accept-language": browser}).open(SPA.authorize_url(Pkce(), **asked)).content.decode()
    (language,) = (language for language, words in SIGN_IN.items() if words in page)
    assert f'<html lang="{language}">' in page
    return language


# --- The translations -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", catalogs(), ids=language_of)
def test_every_sentence_is_translated(file: Path) -> None:
    today = {texts(message.id) for message in collected() if message.id}
    translated = {texts(message.id): message for message in read(file) if message.id}
    assert sorted(today - set(translated)) == [], "run `make messages` and translate what is new"
    assert sorted(set(translated) - today) == [], "run `make messages`: these are not used any more"
    for words, message in translated.items():
        assert all(texts(message.string)), f"not translated: {words[0]}"
        assert not message.fuzzy
        for text, english in zip(texts(message.string), words, strict=True):
            assert placeholders(text) == placeholders(english), f"other placeholders than {english}"
            # Markup is part of the sentence: a tag that is left open breaks the page.
            assert re.findall(r"</?\w+", text) == re.findall(r"</?\w+", english)


# --- What people read -------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 9110", "12.5.4")
@pytest.mark.parametrize(("asked", "spoken"), [("fr", "fr"), ("fr-CI", "fr"), ("de, fr;q=0.5", "fr"), ("de", "en"), ("", "en")])
def test_pages_speak_the_language_of_the_browser(clients: None, asked: str, spoken: str) -> None:
    assert first_page(browser=asked) == spoken


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("ui_locales", "spoken"),
    [("fr", "fr"), ("fr-CA en", "fr"), ("se fr", "fr"), ("en fr", "en"), ("se", "en"), ("<x> " * 99, "en")],
)
def test_an_application_may_wish_for_a_language(clients: None, ui_locales: str, spoken: str) -> None:
    assert first_page(ui_locales=ui_locales) == spoken
    assert first_page(ui_locales=ui_locales, browser="fr") == ("en" if spoken == "en" and "en" in ui_locales else "fr")


def test_caches_keep_languages_apart(clients: None) -> None:
    page = HttpClient(headers=FRENCH).get("/")
    assert (page["Content-Language"], "Accept-Language" in page["Vary"]) == ("fr", True)


def test_refusals_are_in_the_language_too(clients: None) -> None:
    http = HttpClient(headers=FRENCH)
    assert "L’application qui vous a envoyé ici" in http.get("/oauth2/authorize?client_id=nobody").content.decode()
    assert json_of(http.get("/api/v1/account/me"))["message"] == "Veuillez vous connecter pour continuer."
    assert "Introuvable" in http.get("/nowhere").content.decode()


def test_consent_is_asked_in_the_language_the_application_wishes(browser: Browser) -> None:
    page = page_of(browser.open(SPA.authorize_url(Pkce(), ui_locales="fr", prompt="consent")))
    assert page.texts["consent-allow"] == "Autoriser"


def test_every_scope_is_explained_in_the_language_of_the_reader() -> None:
    words = known_scopes()
    with translation.override("fr"):
        told = {one.name: one.sentence for one in permissions_of(scopes=words)}
    assert set(told) == set(words) - {"openid"}
    assert [name for name, sentence in told.items() if sentence == words[name]] == []


# --- What they are sent -----------------------------------------------------------------------------------------------
def test_messages_are_in_the_language_of_whom_they_are_for() -> None:
    mail = render_mail(template="password_changed", context={}, language="fr-CI")
    assert (mail.subject, '<html lang="fr">' in mail.html) == ("Votre mot de passe a été changé", True)
    assert "mot de passe" in render_text(template="account_changed", context={"event": "password_changed"}, language="fr")


@pytest.mark.django_db
def test_whoever_signs_up_in_french_is_written_to_in_french(make_user: Callable[..., User]) -> None:
    make_user(email="taken@example.com", profile={"locale": "en-NG"})
    form = {"given_name": "Awa", "family_name": "Diop", "role": "client", "password": "seventeen copper kettles sing"}
    # An account that is there is told in its own language, not the stranger's.
    for address, subject in (("awa@example.com", "Votre code Fashionistar"), ("taken@example.com", "You already have")):
        browser = Browser(**FRENCH)
        first = page_of(browser.open("/login?next=/account"))
        sign_up = browser.open(next(link for link in first.links if "/sign-up" in link))
        assert browser.submit(sign_up, username=address, **form).status_code == 200
        assert list_sent()[0].subject.startswith(subject)


# --- What programs read -----------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "5.2")
@pytest.mark.parametrize("cookie", ["", "django_language=fr"])
def test_programs_are_told_in_english(clients: None, monkeypatch: pytest.MonkeyPatch, cookie: str) -> None:
    # Whatever is translated some day, and although a thread keeps the language of its last answer.
    monkeypatch.setattr(trans_real.translation("fr"), "gettext", lambda _words: "En français.")
    assert HttpClient(headers=FRENCH).get("/")["Content-Language"] == "fr"
    refused = post_form("/oauth2/token", {"client_id": SPA.client_id}, **FRENCH, cookie=cookie)
    assert json_of(refused)["error_description"] == "The parameter grant_type is missing."
    assert "Content-Language" not in refused
    assert "Accept-Language" not in get_json("/.well-known/jwks.json").get("Vary", "")


@pytest.mark.spec("RFC 6749", "4.1.2.1")
def test_applications_are_told_in_english(clients: None) -> None:
    for french in ({"ui_locales": "fr"}, {}):
        sent = HttpClient(headers=FRENCH).get(SPA.authorize_url(Pkce(), response_type="token", **french))
        assert answer_of(sent["Location"])["error_description"] == "Only response_type=code is supported."


@pytest.mark.spec("RFC 6749", "4.1.2.1")
def test_applications_are_told_in_english_what_is_translated_too(clients: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence of a check that a page has as well is in the catalogue: here every one is."""
    monkeypatch.setattr(trans_real.translation("fr"), "gettext", lambda _words: "En français.")
    http = HttpClient(headers=FRENCH)
    assert "En français." in http.get("/oauth2/authorize?client_id=nobody").content.decode()
    sent = http.get(SPA.authorize_url(Pkce(), response_type="token"))
    assert answer_of(sent["Location"])["error_description"] == "Only response_type=code is supported."
