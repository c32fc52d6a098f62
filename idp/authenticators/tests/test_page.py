"""`/account/security` as a browser without JavaScript meets it."""

import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse

from idp.accounts.models import User
from idp.authenticators.errors import PAGE, SIGN_IN_AGAIN
from idp.authenticators.tests.conftest import age, code_of, session_of, signed_in, unspent, with_app
from idp.conftest import PASSWORD
from idp.login.delays import FREE_FAILURES
from idp.login.models import SsoSession
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser, Page
from idp.mfa.recovery_codes.selectors import codes_left
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.selectors import confirmed
from idp.tests.journey import Answer

pytestmark = pytest.mark.django_db


def text_of(answer: Answer | HttpResponse) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def alert_of(answer: Answer | HttpResponse) -> str:
    """What stands in the alert above the list."""
    found = re.search(r'id="form-alert".*?<p class="alert__text">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return found[1] if found else ""


def meant(app: TotpAuthenticator) -> dict[str, str]:
    return {"kind": "totp", "factor": str(app.pk)}


# --- Whom it is for ---------------------------------------------------------------------------------------------------
def test_who_is_not_signed_in_signs_in_and_comes_back(ada: User) -> None:
    browser = Browser()
    first = browser.get(PAGE).headers["Location"]
    assert first == "/login?next=%2Faccount%2Fsecurity"
    password = browser.name(str(ada.email), browser.get(first).headers["Location"])
    assert browser.send(password, {"password": PASSWORD}).headers["Location"] == PAGE
    assert browser.page(PAGE).by_id["no-factors"]


def test_a_session_too_weak_for_the_role_signs_in_again(ada: User) -> None:
    browser = signed_in(ada)
    User.objects.filter(pk=ada.pk).update(role="vendor")
    assert browser.get(PAGE).status_code == 303


def test_the_start_page_leads_there_for_who_is_signed_in(ada: User) -> None:
    assert PAGE in signed_in(ada).get("/").content.decode()
    assert PAGE not in Browser().get("/").content.decode()


def test_its_forms_are_sent_to_this_host_alone(ada: User) -> None:
    answer = signed_in(ada).get(PAGE)
    assert "form-action 'self'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def test_other_methods_are_refused(ada: User) -> None:
    browser = signed_in(ada)
    answer = browser.put(PAGE, headers={"x-csrftoken": browser.token(PAGE)})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


# --- Adding -----------------------------------------------------------------------------------------------------------
def test_a_shopper_adds_an_app_and_is_asked_for_it_from_now_on(ada: User) -> None:
    browser = signed_in(ada)
    address = browser.send(PAGE, {"act": "add", "name": "My phone"}).headers["Location"]
    html = browser.get(address).content.decode()
    begun = TotpAuthenticator.objects.get()
    assert 'class="qr"' in html
    assert str(begun.secret) in Page(html).text.replace(" ", "")
    assert "ada%40example.com" in html

    answer = browser.send(address, {"code": code_of(begun)})
    assert answer.status_code == 200
    assert len(re.findall(r"<code>[0-9A-Z]{6}(?:-[0-9A-Z]{6}){3}</code>", answer.content.decode())) == 10
    # This session goes on, and shows the app; not the codes again.
    listed = text_of(browser.get(PAGE))
    assert "My phone" in listed
    assert "10 unused codes" in listed
    assert not re.search(r"[0-9A-Z]{6}-[0-9A-Z]{6}-", listed)
    assert Browser().sign_in(str(ada.email), PASSWORD).headers["Location"].endswith("/authenticator-app")


def test_a_second_app_brings_no_new_codes(ada: User) -> None:
    browser = signed_in(ada, with_app(ada))
    address = browser.send(PAGE, {"act": "add", "name": "Tablet"}).headers["Location"]
    begun = TotpAuthenticator.objects.get(confirmed_at=None)
    saved = browser.send(address, {"code": code_of(begun)}).headers["Location"]
    assert alert_of(browser.get(saved)) == "Your change is saved."


def test_a_wrong_first_code_can_be_corrected_but_not_for_ever(ada: User) -> None:
    browser = signed_in(ada)
    address = browser.send(PAGE, {"act": "add", "name": "Phone"}).headers["Location"]
    assert browser.send(address, {"code": " "}).status_code == 400
    for _ in range(FREE_FAILURES):
        answer = browser.send(address, {"code": "000000"})
        assert (answer.status_code, 'class="qr"' in answer.content.decode()) == (401, True)
    answer = browser.send(address, {"code": code_of(TotpAuthenticator.objects.get())})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_an_enrolment_that_is_gone_says_so_above_the_list(ada: User, vera: User) -> None:
    browser = signed_in(ada)
    theirs = with_app(vera)
    for factor in (uuid.uuid4(), theirs.pk):
        answer = browser.get(f"{PAGE}/app/{factor}")
        assert (answer.status_code, "start it again" in alert_of(answer)) == (400, True)
    gone = browser.send(PAGE, {"act": "add", "name": "Phone"}).headers["Location"]
    token = browser.token(gone)
    browser.send(PAGE, {"act": "add", "name": "Phone"})
    late = browser.send(gone, {"code": "123456"}, token=token)
    assert (late.status_code, "start it again" in alert_of(late)) == (400, True)


# --- Changing ---------------------------------------------------------------------------------------------------------
def test_an_app_is_renamed(ada: User) -> None:
    app = with_app(ada)
    browser = signed_in(ada, app)
    answer = browser.send(PAGE, {"act": "rename", "name": "<b>Mine</b>", **meant(app)})
    page = browser.get(answer.headers["Location"])
    assert alert_of(page) == "Your change is saved."
    assert "&lt;b&gt;Mine&lt;/b&gt;" in page.content.decode()


def test_a_name_that_cannot_be_is_refused_beside_its_field(ada: User) -> None:
    app = with_app(ada)
    browser = signed_in(ada, app)
    for name in ("", "x" * 65, "\u200b", "a\u202eb"):
        for fields in ({"act": "rename", "name": name, **meant(app)}, {"act": "add", "name": name}):
            answer = browser.send(PAGE, fields)
            assert answer.status_code == 400
            assert answer.content.decode().count("field__error") == 1
    assert TotpAuthenticator.objects.get().name == "Phone"


def test_a_shopper_removes_the_last_app_and_signs_in_by_password(ada: User) -> None:
    app = with_app(ada)
    browser = signed_in(ada, app)
    assert "your password alone" in text_of(browser.get(PAGE))
    assert browser.send(PAGE, {"act": "remove", **meant(app)}).status_code == 303
    assert browser.page(PAGE).by_id["no-factors"]
    assert (confirmed(ada.pk).count(), codes_left(ada.pk)) == (0, 0)


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
def test_a_vendor_keeps_the_last_app(vera: User) -> None:
    app = with_app(vera)
    browser = signed_in(vera, app)
    assert 'value="remove"' not in browser.get(PAGE).content.decode()
    answer = browser.send(PAGE, {"act": "remove", **meant(app)})
    assert answer.status_code == 409
    assert alert_of(answer).startswith("Your account must have a second step, and this is the only one.")
    assert confirmed(vera.pk).count() == 1


def test_new_recovery_codes_are_shown_once(ada: User) -> None:
    app = with_app(ada)
    browser = signed_in(ada, app)
    answer = browser.send(PAGE, {"act": "renew-codes"})
    assert 'id="recovery-codes"' in answer.content.decode()
    assert codes_left(ada.pk) == 10


def test_somebody_elses_app_does_not_exist(ada: User, vera: User) -> None:
    theirs = with_app(vera)
    browser = signed_in(ada)
    for fields in ({"act": "remove"}, {"act": "rename", "name": "Mine"}):
        answer = browser.send(PAGE, {**fields, **meant(theirs)})
        assert (answer.status_code, "does not exist any more" in alert_of(answer)) == (404, True)
    assert confirmed(vera.pk).get().name == "Phone"


@pytest.mark.parametrize("fields", [{}, {"act": "x"}, {"act": "remove"}, {"act": "remove", "kind": "x", "factor": "x"}])
def test_a_form_that_no_page_of_ours_sends(ada: User, fields: dict[str, str]) -> None:
    assert signed_in(ada).send(PAGE, fields).status_code == 400


# --- The fresh proof --------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_sign_in_may_look_and_is_led_to_a_fresh_one(ada: User) -> None:
    app = with_app(ada)
    browser = signed_in(ada, app)
    token = browser.token(PAGE)
    begun = browser.send(PAGE, {"act": "add", "name": "Tablet"}).headers["Location"]
    age(ada, FRESH_SECONDS + 5)

    # Nothing to press but the way on; a form of before is refused, and the secret is not shown again.
    page = browser.page(PAGE)
    assert page.by_id["sign-in-again"]["href"] == SIGN_IN_AGAIN
    assert "csrfmiddlewaretoken" not in page.by_name
    refusals: list[Any] = [browser.get(begun), browser.send(begun, {"code": "000000"}, token=token)]
    for fields in ({"act": "add", "name": "x"}, {"act": "remove"}, {"act": "rename", "name": "x"}, {"act": "renew-codes"}):
        sent = fields if fields["act"] in {"add", "renew-codes"} else {**fields, **meant(app)}
        refusals.append(browser.send(PAGE, sent, token=token))
    for answer in refusals:
        assert answer.status_code == 403
        shown = Page(answer.content.decode())
        assert shown.by_id["error-action"]["href"] == SIGN_IN_AGAIN
        assert "To change how you sign in, please sign in again first." in shown.text
        assert "step_up_required" in shown.text
    assert confirmed(ada.pk).get().name == "Phone"

    # The way on: both factors anew, in the same session, and back to the page.
    sid = session_of(ada).pk
    first = browser.get(SIGN_IN_AGAIN).headers["Location"]
    assert browser.page(first).by_id["id_username"]["value"] == ada.email
    answer = browser.send(browser.name(str(ada.email), first), {"password": PASSWORD})
    assert answer.headers["Location"].endswith("/authenticator-app")
    unspent(app)
    assert browser.send(answer.headers["Location"], {"code": code_of(app)}).headers["Location"] == PAGE
    assert browser.send(PAGE, {"act": "rename", "name": "Mine", **meant(app)}).status_code == 303
    assert session_of(ada).pk == sid


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_a_password_alone_opens_no_form_once_there_is_an_app(ada: User) -> None:
    browser = signed_in(ada)
    token = browser.token(PAGE)
    app = with_app(ada)
    SsoSession.objects.update(ended_at=None, end_reason="")
    assert browser.page(PAGE).by_id["sign-in-again"]
    assert browser.send(PAGE, {"act": "remove", **meant(app)}, token=token).status_code == 403
    assert confirmed(ada.pk).exists()


@pytest.mark.spec("OWASP ASVS 5.0", "3.5.1")
def test_a_form_without_its_token_changes_nothing(ada: User) -> None:
    app = with_app(ada)
    browser = signed_in(ada, app)
    for fields in ({"act": "remove", **meant(app)}, {"act": "renew-codes"}, {"act": "add", "name": "x"}):
        assert browser.post(PAGE, fields).status_code == 403
    assert confirmed(ada.pk).count() == TotpAuthenticator.objects.count() == 1
