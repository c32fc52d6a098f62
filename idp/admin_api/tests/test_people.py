"""Looking: what staff read, that it is masked, and that it is on record."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.set_active import set_active
from idp.admin_api.tests.conftest import USERS, Desk
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.login.models import SsoSession
from idp.oidc.tests.fixtures import Count, costs, signed_in
from idp.tests.database_faults import failing
from idp.tests.journey import Answer, Browser
from idp.tests.parties import json_of
from idp.user_admin import selectors

__all__ = ["costs"]

CLEAR = ("ada@example.com", "8031234567")


def _data(answer: Answer, status: int = 200) -> dict[str, object]:
    body = json_of(answer)
    assert answer.status_code == status, body
    assert body["message"]
    data: dict[str, object] = body["data"]
    return data


def _looks(person: User) -> list[object]:
    rows = SecurityEvent.objects.filter(event=Event.USER_VIEWED, pseudonym=pseudonym_of(person.pk))
    return [row.detail["by"] for row in rows]


def test_an_account_is_read_masked_and_the_look_recorded(looking: Desk, helper: User, browser: Browser, shopper: User) -> None:
    answer = looking.get(f"{USERS}/{shopper.pk}")
    person = _data(answer)
    assert (person["sub"], person["role"], person["is_active"]) == (str(shopper.pk), "client", True)
    assert (person["email"], person["phone_number"]) == ("a•••@example.com", "+234••••567")
    assert (person["open_sessions"], person["has_second_factor"]) == (1, False)
    assert [clear for clear in CLEAR if clear in answer.content.decode()] == []
    assert _looks(shopper) == [pseudonym_of(helper.pk)]


@pytest.mark.parametrize("identifier", ["ada@example.com", " ADA@example.com ", "+2348031234567", "0803 123 4567"])
def test_somebody_is_found_by_a_whole_address(looking: Desk, helper: User, shopper: User, identifier: str) -> None:
    answer = looking.post(f"{USERS}/search", {"identifier": identifier})
    assert _data(answer)["sub"] == str(shopper.pk)
    assert [clear for clear in CLEAR if clear in answer.content.decode()] == []
    assert _looks(shopper) == [pseudonym_of(helper.pk)]


@pytest.mark.parametrize(("identifier", "status", "code"), [
    ("nobody@example.com", 404, "no_such_account"), ("ada@", 400, "invalid_input"), ("", 400, "invalid_input"),
    ("ada@example.co", 404, "no_such_account"), ("x" * 300, 400, "invalid_input"),
])  # fmt: skip
def test_part_of_an_address_finds_nobody(looking: Desk, shopper: User, identifier: str, status: int, code: str) -> None:
    answer = looking.post(f"{USERS}/search", {"identifier": identifier})
    assert (answer.status_code, json_of(answer)["code"]) == (status, code)
    assert _looks(shopper) == []


def test_the_list_goes_page_by_page_and_is_recorded(
    looking: Desk, helper: User, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE", 2)
    made = {str(make_user().pk) for _each in range(4)} | {str(helper.pk)}
    found: list[str] = []
    after = ""
    for _page in range(3):
        page = json_of(looking.get(f"{USERS}{after}"))["data"]
        found += [person["sub"] for person in page["people"]]
        after = f"?after={page['next']}"
    assert page["next"] is None
    assert len(found) == 5
    assert set(found) == made
    rows = SecurityEvent.objects.filter(event=Event.USERS_LISTED)
    assert {(row.pseudonym, row.detail["list"], row.detail["by"]) for row in rows} == {
        (pseudonym_of(helper.pk), "users", pseudonym_of(helper.pk))
    }
    assert rows.count() == 3


def test_the_list_can_be_of_one_role_or_of_those_suspended(looking: Desk, helper: User, make_user: Callable[..., User]) -> None:
    vendor = make_user(role=Role.VENDOR)
    set_active(user_id=vendor.pk, active=False)
    for query in ("role=vendor", "is_active=false"):
        assert [person["sub"] for person in json_of(looking.get(f"{USERS}?{query}"))["data"]["people"]] == [str(vendor.pk)]
    empty = json_of(looking.get(f"{USERS}?role=editor"))
    assert (empty["data"]["people"], empty["message"]) == ([], "There is no such account.")


@pytest.mark.parametrize("query", ["after=1", "role=king", "is_active=perhaps", "email=ada@example.com", "after=&after="])
def test_a_query_nobody_knows_is_refused(looking: Desk, query: str) -> None:
    answer = looking.get(f"{USERS}?{query}")
    assert (answer.status_code, json_of(answer)["code"]) == (400, "invalid_input")
    assert not SecurityEvent.objects.filter(event=Event.USERS_LISTED).exists()


def test_sessions_of_a_person(looking: Desk, browser: Browser, shopper: User) -> None:
    signed_in(shopper)
    SsoSession.objects.filter(user=shopper).update(user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36")
    sessions = json_of(looking.get(f"{USERS}/{shopper.pk}/sessions"))["data"]["sessions"]
    assert len(sessions) == 2
    assert {(one["state"], one["acr"], one["device"]) for one in sessions} == {("live", "aal1", "Chrome on Android")}
    assert len(_looks(shopper)) == 1


@pytest.mark.parametrize("act", ["suspend", "reactivate"])
def test_an_account_that_an_act_leaves_as_it_was_is_shown_and_the_look_recorded(
    desk: Desk, chief: User, shopper: User, act: str
) -> None:
    set_active(user_id=shopper.pk, active=act == "reactivate")
    answer = desk.post(f"{USERS}/{shopper.pk}/{act}")
    assert _data(answer)["email"] == "a•••@example.com"
    assert _looks(shopper) == [pseudonym_of(chief.pk)]


def test_nobody_there(looking: Desk) -> None:
    for path in (f"{USERS}/{uuid.uuid4()}", f"{USERS}/{uuid.uuid4()}/sessions"):
        answer = looking.get(path)
        assert (answer.status_code, json_of(answer)["code"]) == (404, "no_such_account")


@pytest.mark.parametrize("path", ["", "/{user}", "/{user}/sessions"])
def test_what_cannot_be_recorded_is_not_shown(looking: Desk, shopper: User, path: str) -> None:
    with connection.execute_wrapper(failing('INSERT INTO "audit_securityevent"')):
        answer = looking.get(f"{USERS}{path.format(user=shopper.pk)}")
    assert answer.status_code == 503
    assert "a•••" not in answer.content.decode()


def test_a_page_of_the_list_costs_the_same_however_many_there_are(
    looking: Desk, make_user: Callable[..., User], costs: Count
) -> None:
    for _each in range(5):
        make_user()
    # The calling client, the token with its person, the record of the look, the page.
    with costs(4):
        assert looking.get(USERS).status_code == 200
