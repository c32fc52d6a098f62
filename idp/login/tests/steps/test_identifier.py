"""The first page: who is signing in."""

import pytest

from idp.login.tests.browser import Browser, Page

pytestmark = pytest.mark.django_db


def test_the_page_can_be_found_by_programs_and_read_by_people(browser: Browser) -> None:
    page = browser.page(browser.begin(client_name="Fashionistar Shop"))
    assert page.by_id["id_username"]["name"] == "username"
    assert page.by_id["id_username"]["autocomplete"] == "username webauthn"
    assert page.by_id["login-submit"]["type"] == "submit"
    assert page.labels == {"id_username": "Email or phone"}
    assert "Continue" in page.text
    assert "Fashionistar Shop" in page.text
    assert "form-alert" not in page.by_id


def test_a_hint_fills_the_field_and_stays_out_of_the_address(browser: Browser) -> None:
    address = browser.begin(login_hint="ada@example.com")
    assert browser.page(address).by_id["id_username"]["value"] == "ada@example.com"
    assert "ada" not in address


@pytest.mark.parametrize("username", ["ada@example.com", "ADA@Example.com ", "0801 234 5678", "+2348012345678"])
def test_an_address_or_a_number_leads_to_the_password_whoever_has_it(browser: Browser, username: str) -> None:
    address = browser.begin()
    answer = browser.send(address, {"username": username})
    assert answer.status_code == 303
    assert answer.headers["Location"] == address.replace("/identifier", "/password")


@pytest.mark.parametrize("username", ["", "   ", "ada", "ada@", "12", "a" * 300 + "@example.com", "ada@example.com\x00"])
def test_what_is_neither_is_explained_beside_the_field(browser: Browser, username: str) -> None:
    answer = browser.send(browser.begin(), {"username": username})
    page = Page(answer.content.decode())
    assert answer.status_code == 400
    assert page.by_id["form-alert"]["role"] == "alert"
    assert page.by_id["id_username"]["aria-invalid"] == "true"
    assert "id_username-error" in str(page.by_id["id_username"]["aria-describedby"])


def test_what_was_typed_is_shown_again_and_escaped(browser: Browser) -> None:
    answer = browser.send(browser.begin(), {"username": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in answer.content
    assert Page(answer.content.decode()).by_id["id_username"]["value"] == '"><script>alert(1)</script>'
