"""The page of the account console: for who is signed in, at the addresses of its views, and with what the script needs."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from idp.accounts.models import User
from idp.authenticators.tests.conftest import signed_in
from idp.login.tests.browser import Browser
from idp.self_service.views.console import VIEWS
from idp.tests.source_tree import ROOT

pytestmark = pytest.mark.django_db

SOURCE = ROOT / "frontend" / "console" / "src"


@pytest.mark.parametrize("path", ["/account/console", *(f"/account/console/{view}" for view in VIEWS)])
def test_each_view_has_an_address_of_its_own(ada: User, path: str) -> None:
    page = signed_in(ada).page(path)
    element = page.by_id["console"]
    assert (element["data-root"], element["data-pages"], element["data-entrance"]) == ("/account/console", "/account", "/login")
    assert element["data-strength"] == "/password-strength"
    assert re.fullmatch(r"\w{64}", element["data-csrf"] or "")
    # Where no script runs there is a way on.
    assert page.by_id["console-plain"]["href"] == "/account"


def test_it_shows_nothing_of_the_person_by_itself(ada: User) -> None:
    page = signed_in(ada).get("/account/console").content.decode()
    assert not re.search(r"ada|example\.com", page, re.IGNORECASE)


def test_whoever_is_not_signed_in_comes_back_to_the_same_view() -> None:
    answer = Browser().get("/account/console/privacy")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=%2Faccount%2Fconsole%2Fprivacy")


def test_no_other_address_and_no_form(ada: User) -> None:
    browser = signed_in(ada)
    assert browser.get("/account/console/wallet").status_code == 404
    assert browser.send("/account/console", {}, token=browser.token("/account/profile")).status_code == 405


def test_it_speaks_the_language_of_the_account(ada: User) -> None:
    browser = signed_in(ada)
    assert '<html lang="en">' in browser.get("/account/console").content.decode()
    User.objects.filter(pk=ada.pk).update(locale="fr-CI")
    assert '<html lang="fr">' in browser.get("/account/console").content.decode()


def _list_in(file: Path, name: str) -> list[str]:
    """The words of a list in TypeScript."""
    found = re.search(rf"export const {name} = \[(.*?)\]", file.read_text("utf-8"))
    assert found
    return re.findall(r'"([\w-]+)"', found[1])


def test_script_and_server_know_the_same_views_and_languages() -> None:
    assert _list_in(SOURCE / "frame" / "views.ts", "VIEWS") == list(VIEWS)
    assert _list_in(SOURCE / "words" / "languages.ts", "LANGUAGES") == [tag for tag, _name in settings.LANGUAGES]
