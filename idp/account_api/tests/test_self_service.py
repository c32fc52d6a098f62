"""Password, sessions and connected applications by the account API: the pages' rules, in the envelope, for the person alone."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password

from idp.account_api.self_service_serializers import ConnectedAppsAnswer, SessionsAnswer
from idp.account_api.tests.conftest import token_of
from idp.account_api.tests.test_authenticators import caller
from idp.accounts.models import User
from idp.authenticators.tests.conftest import age, session_of, signed_in
from idp.config.api_docs import document
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.delays import FREE_FAILURES
from idp.login.models import SsoSession
from idp.login.session_store_sql import stored_name
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.oidc.models import Client, Consent
from idp.tests import journey
from idp.tests.parties import SPA, json_of

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/account"
NEW = "violin tractor umbrella"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}
CALLS = [
    ("put", f"{ROOT}/password", CHANGE),
    ("get", f"{ROOT}/sessions", None),
    ("delete", f"{ROOT}/sessions", None),
    ("delete", f"{ROOT}/sessions/{uuid.UUID(int=1)}", None),
    ("get", f"{ROOT}/apps", None),
    ("delete", f"{ROOT}/apps/fashionistar-spa", None),
]


def stored(person: User) -> str:
    return User.objects.get(pk=person.pk).password


# --- Whom they are for ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_nobody_and_no_application_gets_in(browser: journey.Browser, method: str, path: str, body: object) -> None:
    token = token_of(browser, SPA, "openid profile")
    sent = getattr(Browser(), method)
    answer = sent(path, body, content_type="application/json", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "person_only")
    assert sent(path, body, content_type="application/json").status_code in {401, 403}


@pytest.mark.parametrize(("method", "path", "body"), [call for call in CALLS if call[0] != "get"])
def test_a_cookie_alone_changes_nothing(ada: User, method: str, path: str, body: object) -> None:
    refused = getattr(signed_in(ada), method)(path, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert check_password(PASSWORD, stored(ada))
    assert session_of(ada).ended_at is None


def test_the_document_lists_every_address() -> None:
    assert {path for _method, path, _body in CALLS[:3]} <= document()["paths"].keys()


# --- Password ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.2.3")
def test_a_new_password_ends_every_other_session_and_this_one_goes_on(ada: User) -> None:
    elsewhere, here = signed_in(ada), signed_in(ada)
    answer = caller(here)("put", f"{ROOT}/password", CHANGE)
    assert json_of(answer)["message"] == "Your password is changed. Every other device was signed out."
    assert check_password(NEW, stored(ada))
    assert [browser.get(f"{ROOT}/sessions").status_code for browser in (elsewhere, here)] == [401, 200]


def test_what_is_wrong_with_it_is_said_beside_its_field(ada: User) -> None:
    call = caller(signed_in(ada))
    wrong = call("put", f"{ROOT}/password", {**CHANGE, "current_password": "not my password"}).json()
    assert (wrong["code"], list(wrong["errors"])) == ("not_your_password", ["current_password"])
    weak = call("put", f"{ROOT}/password", {**CHANGE, "new_password": "iloveyou"}).json()
    assert list(weak["errors"]) == ["new_password"]
    assert call("put", f"{ROOT}/password", {}).status_code == 400
    assert check_password(PASSWORD, stored(ada))


def test_guesses_at_the_current_one_are_counted(ada: User) -> None:
    call = caller(signed_in(ada))
    for _ in range(FREE_FAILURES):
        assert call("put", f"{ROOT}/password", {**CHANGE, "current_password": "not my password"}).status_code == 400
    refused = call("put", f"{ROOT}/password", CHANGE)
    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert check_password(PASSWORD, stored(ada))


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_sign_in_is_led_to_a_fresh_one(ada: User) -> None:
    call = caller(signed_in(ada))
    age(ada, FRESH_SECONDS + 1)
    # Before any password is judged: whoever found an open browser learns nothing about the present one.
    for current in (PASSWORD, "not my password"):
        body = call("put", f"{ROOT}/password", {**CHANGE, "current_password": current}).json()
        assert (body["code"], "action" in body["meta"]) == ("step_up_required", True)
    assert check_password(PASSWORD, stored(ada))


# --- Sessions ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.2")
def test_sessions_are_listed_and_ended(ada: User) -> None:
    elsewhere = signed_in(ada)
    there = session_of(ada)
    others = [signed_in(ada), signed_in(ada)]
    here = signed_in(ada)
    call = caller(here)

    # One.
    listed = SessionsAnswer.model_validate_json(here.get(f"{ROOT}/sessions").content).data
    assert listed is not None
    assert [one.current for one in listed.sessions].count(True) == 1
    assert len(listed.sessions) == 4
    told = json_of(call("delete", f"{ROOT}/sessions/{there.pk}"))["message"]
    assert told == "Signed out there. The applications used there lose their access at once."
    assert elsewhere.get(f"{ROOT}/sessions").status_code == 401

    # The rest, twice.
    assert json_of(call("delete", f"{ROOT}/sessions"))["message"] == "Signed out on 2 other devices."
    assert [browser.get(f"{ROOT}/sessions").status_code for browser in others] == [401, 401]
    assert json_of(call("delete", f"{ROOT}/sessions"))["message"] == "You are signed in nowhere else."

    # One's own.
    own = SsoSession.objects.get(user=ada, ended_at=None)
    assert json_of(call("delete", f"{ROOT}/sessions/{own.pk}"))["message"] == "You are signed out."
    assert here.get(f"{ROOT}/sessions").status_code == 401
    assert "idp_session" not in here.cookies or not here.cookies["idp_session"].value


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.3")
def test_the_list_names_sessions_by_something_that_opens_none(ada: User) -> None:
    elsewhere, here = signed_in(ada), signed_in(ada)
    keys = [browser.cookies["idp_session"].value for browser in (elsewhere, here)]
    # 32 characters of 36: more than 160 random bits, another key for each sign-in.
    assert {len(key) for key in keys} == {32}
    assert len(set(keys)) == 2
    listed = here.get(f"{ROOT}/sessions").content.decode() + here.get("/account/sessions").content.decode()
    for secret in (*keys, *map(stored_name, keys), here.key(), here.cookies["idp_browser"].value):
        assert secret not in listed
    # What the list does name is no key.
    for session in SsoSession.objects.all():
        assert str(session.pk) in listed
        for name in (str(session.pk), session.pk.hex):
            thief = Browser()
            thief.cookies["idp_session"] = name
            assert thief.get(f"{ROOT}/sessions").status_code == 401


def test_sessions_of_others_and_unknown_ones_are_alike(ada: User, make_user: Callable[..., User]) -> None:
    bola = make_user(email="bola@example.com")
    signed_in(bola)
    theirs = session_of(bola)
    call = caller(signed_in(ada))
    for sid in (theirs.pk, uuid.uuid4()):
        refused = call("delete", f"{ROOT}/sessions/{sid}")
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_session")
    theirs.refresh_from_db()
    assert theirs.ended_at is None


# --- Applications -----------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "10.7.3")
def test_what_was_allowed_is_listed_and_taken_back(ada: User, clients: None) -> None:
    client = Client.objects.first()
    assert client is not None
    Consent.objects.create(
        user=ada, client=client, scopes=["openid", "email", "orders", "retired"], claims=["birthdate"], granted_at=clock.now()
    )
    browser = signed_in(ada)
    listed = ConnectedAppsAnswer.model_validate_json(browser.get(f"{ROOT}/apps").content).data
    assert listed is not None
    (app,) = listed.apps
    assert app.client_id == client.client_id
    # In the words of the page on which it was allowed; what is not known any more is not kept silent.
    assert {one.name: one.sentence for one in app.permissions} == {
        "email": "See your e-mail address",
        "orders": "See and place your orders",
        "retired": "retired",
        "birthdate": "See your date of birth",
    }
    in_french = browser.get(f"{ROOT}/apps", headers={"Accept-Language": "fr"}).json()["data"]["apps"][0]["permissions"]
    assert in_french[0] == {"name": "email", "sentence": "Voir votre adresse e-mail"}
    call = caller(browser)
    assert json_of(call("delete", f"{ROOT}/apps/{client.client_id}"))["success"] is True
    assert Consent.objects.get().withdrawn_at is not None
    again = call("delete", f"{ROOT}/apps/{client.client_id}")
    assert (again.status_code, again.json()["code"]) == (404, "not_connected")
