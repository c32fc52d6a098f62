"""Password, names, sessions and applications on their pages: what works, and what is refused with which words."""

import json
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.authenticators.tests.conftest import age, session_of, signed_in
from idp.conftest import PASSWORD
from idp.core import clock
from idp.login.delays import FREE_FAILURES
from idp.login.device_label import device_label
from idp.login.models import SsoSession
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.mfa.remembered_device.models import RememberedDevice
from idp.mfa.remembered_device.services.remember import remember
from idp.oidc.models import Client, Consent

pytestmark = pytest.mark.django_db

NEW = "violin tractor umbrella"
PAGES = (
    "/account", "/account/profile", "/account/addresses", "/account/password", "/account/sessions", "/account/devices",
    "/account/apps",
)  # fmt: skip


def change(current: str = PASSWORD, new: str = NEW) -> dict[str, str]:
    return {"current_password": current, "new_password": new}


def stored(person: User) -> str:
    return User.objects.get(pk=person.pk).password


# --- Whom they are for ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_signs_in_and_comes_back(ada: User, page: str) -> None:
    answer = Browser().get(page)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={page.replace('/', '%2F')}")
    assert signed_in(ada).get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_other_methods_are_refused(ada: User, page: str) -> None:
    browser = signed_in(ada)
    token = browser.token("/account/profile")
    assert browser.put(page, headers={"x-csrftoken": token}).status_code == 405


# --- Password ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.2.3")
def test_a_new_password_ends_every_other_session_and_this_one_goes_on(ada: User) -> None:
    elsewhere, here = signed_in(ada), signed_in(ada)
    assert here.send("/account/password", change()).headers["Location"] == "/account/password?saved"
    assert "Your password is changed" in here.get("/account/password?saved").content.decode()
    assert check_password(NEW, stored(ada))
    assert elsewhere.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_the_current_password_is_asked_and_guesses_are_counted(ada: User) -> None:
    browser = signed_in(ada)
    # This browser is known; its own counter is what it uses up.
    for _ in range(FREE_FAILURES):
        answer = browser.send("/account/password", change("not my password"))
        assert (answer.status_code, "not your current password" in answer.content.decode()) == (400, True)
    assert browser.send("/account/password", change()).status_code == 429
    assert check_password(PASSWORD, stored(ada))


def test_the_same_policy_as_everywhere(ada: User) -> None:
    browser = signed_in(ada)
    for new in ("short", "iloveyou", "ada@example.com", ""):
        assert browser.send("/account/password", change(new=new)).status_code == 400
    assert check_password(PASSWORD, stored(ada))


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_sign_in_may_look_and_not_change(ada: User) -> None:
    browser = signed_in(ada)
    token = browser.token("/account/profile")
    age(ada, FRESH_SECONDS + 5)
    assert "sign-in-again" in browser.get("/account/password").content.decode()
    assert browser.send("/account/password", change(), token=token).status_code == 403
    assert check_password(PASSWORD, stored(ada))


# --- Names ------------------------------------------------------------------------------------------------------------
def test_names_are_saved_and_bad_ones_come_back_to_be_corrected(ada: User) -> None:
    browser = signed_in(ada)
    names = {"given_name": "Adaeze", "middle_name": "", "family_name": "Okafor"}
    assert browser.send("/account/profile", names).status_code == 303
    assert User.objects.get(pk=ada.pk).name == "Adaeze Okafor"
    answer = browser.send("/account/profile", {**names, "given_name": "x" * 101})
    assert (answer.status_code, "too long" in answer.content.decode()) == (400, True)


# --- Sessions ---------------------------------------------------------------------------------------------------------
def test_the_list_marks_this_device_and_another_one_can_be_ended(ada: User) -> None:
    elsewhere = signed_in(ada)
    there = session_of(ada)
    here = signed_in(ada)
    html = here.get("/account/sessions").content.decode()
    assert html.count('class="factor"') == 2
    assert html.count('id="current-session"') == 1
    assert here.send("/account/sessions", {"act": "end", "session": str(there.pk)}).status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.2")
def test_all_others_end_at_once(ada: User) -> None:
    others = [signed_in(ada), signed_in(ada)]
    here = signed_in(ada)
    assert here.send("/account/sessions", {"act": "end-others"}).status_code == 303
    assert [browser.get("/account").status_code for browser in others] == [303, 303]
    assert here.get("/account").status_code == 200


def test_ending_ones_own_session_signs_out_here(ada: User) -> None:
    here = signed_in(ada)
    answer = here.send("/account/sessions", {"act": "end", "session": str(session_of(ada).pk)})
    assert answer.headers["Location"] == "/"
    assert here.get("/account").status_code == 303


def test_sessions_of_others_and_unknown_ones_are_alike(ada: User, make_user: Callable[..., User]) -> None:
    bola = make_user(email="bola@example.com")
    signed_in(bola)
    theirs = session_of(bola)
    here = signed_in(ada)
    for session in (theirs.pk, uuid.uuid4()):
        answer = here.send("/account/sessions", {"act": "end", "session": str(session)})
        assert (answer.status_code, "not signed in there any more" in answer.content.decode()) == (404, True)
    assert SsoSession.objects.get(pk=theirs.pk).ended_at is None
    for nonsense in ({"act": "end", "session": "x"}, {"act": "burn"}, {}):
        assert here.send("/account/sessions", nonsense).status_code == 400


# --- Remembered devices -----------------------------------------------------------------------------------------------
def test_remembered_devices_are_listed_and_forgotten_one_by_one_or_all(ada: User) -> None:
    here = signed_in(ada)
    here.cookies["idp_device"] = remember(user=ada, presented="", user_agent="Mozilla/5.0 (Android) Firefox/1")
    remember(user=ada, presented="", user_agent="")
    page = here.get("/account/devices").content.decode()
    assert (page.count('class="factor"'), page.count('id="current-device"'), "Firefox on Android" in page) == (2, 1, True)

    first = RememberedDevice.objects.filter(user_agent="").get()
    answer = here.send("/account/devices", {"act": "forget", "device": str(first.pk)})
    assert answer.headers["Location"] == "/account/devices?saved"
    assert RememberedDevice.objects.get().user_agent != ""
    remember(user=ada, presented="", user_agent="")
    assert here.send("/account/devices", {"act": "forget-all"}).status_code == 303
    assert "no-devices" in here.get("/account/devices?saved").content.decode()
    assert [event.detail for event in SecurityEvent.objects.filter(event=Event.DEVICE_FORGOTTEN).order_by("id")] == [
        {"reason": "owner", "count": "1"},
        {"reason": "owner", "count": "2"},
    ]


def test_devices_of_others_and_unknown_ones_are_alike(ada: User, make_user: Callable[..., User]) -> None:
    remember(user=make_user(), presented="", user_agent="")
    here = signed_in(ada)
    token = here.token("/account/profile")
    assert 'class="factor"' not in here.get("/account/devices").content.decode()
    for device in (RememberedDevice.objects.get().pk, uuid.uuid4()):
        answer = here.send("/account/devices", {"act": "forget", "device": str(device)}, token=token)
        assert (answer.status_code, "not remembered any more" in answer.content.decode()) == (404, True)
    assert here.send("/account/devices", {"act": "forget-all"}, token=token).status_code == 303
    assert RememberedDevice.objects.count() == 1
    for nonsense in ({"act": "forget", "device": "x"}, {"act": "burn"}, {}):
        assert here.send("/account/devices", nonsense, token=token).status_code == 400


# --- Applications -----------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "10.7.3")
def test_what_was_allowed_is_listed_and_taken_back(ada: User, clients: None) -> None:
    client = Client.objects.first()
    assert client is not None
    Consent.objects.create(user=ada, client=client, scopes=["openid", "email"], granted_at=clock.now())
    browser = signed_in(ada)
    assert "<li>See your e-mail address</li>" in browser.get("/account/apps").content.decode()
    assert browser.send("/account/apps", {"client": client.client_id}).status_code == 303
    assert Consent.objects.get().withdrawn_at is not None
    assert "no-apps" in browser.get("/account/apps").content.decode()


def test_what_is_not_connected_is_not_disconnected(ada: User, clients: None, make_user: Callable[..., User]) -> None:
    client = Client.objects.first()
    assert client is not None
    Consent.objects.create(user=ada, client=client, scopes=["openid"], granted_at=clock.now())
    bola = make_user(email="bola@example.com")
    Consent.objects.create(user=bola, client=client, scopes=["openid"], granted_at=clock.now())
    browser = signed_in(bola)
    token = browser.token("/account/apps")
    for name in ("nobody", "\x00"):
        assert browser.send("/account/apps", {"client": name}, token=token).status_code == 404
    assert browser.send("/account/apps", {}, token=token).status_code == 400
    assert browser.send("/account/apps", {"client": client.client_id}, token=token).status_code == 303
    assert Consent.objects.get(user=ada).withdrawn_at is None


# --- What devices are called, and how good a password is ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Pixel) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("curl/8", "Unknown device"),
        ("Firefox/127.0", "Firefox"),
    ],
)
def test_a_device_is_called_by_browser_and_system(user_agent: str, label: str) -> None:
    assert device_label(user_agent) == label


def test_the_strength_of_a_candidate_is_told_and_needs_the_token(ada: User) -> None:
    browser = signed_in(ada)
    token = browser.token("/account/profile")
    good = json.loads(browser.send("/password-strength", {"password": NEW}, token=token).content)
    assert good["data"] == {"acceptable": True, "score": 4}
    bad = json.loads(browser.send("/password-strength", {"password": "iloveyou"}, token=token).content)
    assert (bad["data"]["acceptable"], "Many people" in bad["message"]) == (False, True)
    assert browser.post("/password-strength", {"password": NEW}).status_code == 403


def test_place_and_kind_of_device_stand_in_the_list_where_they_are_kept(ada: User) -> None:
    browser = signed_in(ada)
    assert "From about" not in browser.get("/account/sessions").content.decode()
    session = SsoSession.objects.get()
    session.place, session.fingerprint = "NG/Lagos", "3f9a1c2e"
    session.save()
    page = browser.get("/account/sessions").content.decode()
    assert "From about Lagos, Nigeria. Kind of device: 3f9a1c2e." in page
