"""Receivers hear of what staff and operators do, whichever door they come by: the admin API, the staff pages, a command."""

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.urls import reverse

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.admin_api.tests.conftest import REASON, USERS, Desk
from idp.login.models import SsoSession
from idp.oidc.models import UserEvent
from idp.oidc.tests.events.listener import listen
from idp.oidc.tests.fixtures import signed_in
from idp.staff.site import site
from idp.tests.totp_app import with_app

ENDED = "user.session_revoked"
# By the end of the API's address: what is sent beside the reason, the name of the act on the staff pages, and the news.
ACTS: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "suspend": ({}, "disable", ["user.suspended", ENDED]),
    "reactivate": ({}, "enable", ["user.reactivated"]),
    "confirm-address": ({"kind": "phone_number"}, "confirm-address", ["user.verified"]),
    "reset-password": ({}, "reset-password", ["user.password_changed", ENDED]),
    "change-role": ({"role": "vendor"}, "change-role", ["user.role_changed", ENDED]),
    "end-sessions": ({}, "end-sessions", [ENDED]),
    "sessions/{sid}/end": ({}, "", [ENDED]),
    "reset-factors": ({}, "reset-factors", ["user.mfa_changed", ENDED]),
    "reveal": ({}, "reveal", []),
}


@pytest.fixture
def person(clients: None, make_user: Callable[..., User]) -> User:
    """Somebody to whom every act does something."""
    made = make_user(email="zina@example.com", phone_number="+2348030000001", phone_number_verified=False)
    with_app(made)
    signed_in(made)
    return made


def _prepared(person: User, act: str) -> None:
    """As the act needs them; from here on somebody listens."""
    if act == "reactivate":
        set_active(user_id=person.pk, active=False)
    listen("second-web", "https://backend.example/events")


def _told(person: User) -> list[str]:
    return list(UserEvent.objects.filter(user_id=person.pk).order_by("number").values_list("name", flat=True))


@pytest.mark.parametrize("act", ACTS)
def test_of_an_act_by_the_admin_api(desk: Desk, person: User, act: str) -> None:
    more, _name, news = ACTS[act]
    _prepared(person, act)
    sid = SsoSession.objects.filter(user=person).latest("pk").pk
    answer = desk.post(f"{USERS}/{person.pk}/{act.format(sid=sid)}", {**REASON, **more})
    assert answer.status_code == 200, answer.content
    assert _told(person) == news


@pytest.mark.parametrize("act", [act for act, (_more, name, _news) in ACTS.items() if name])
def test_of_an_act_on_the_staff_pages(chief: User, person: User, act: str) -> None:
    more, name, news = ACTS[act]
    browser = signed_in(chief)
    _prepared(person, act)
    answered = {**REASON, **({"option": next(iter(more.values()))} if more else {})}
    address = reverse("admin:accounts_user_act", args=(person.pk, name))
    answer = browser.submit(browser.open(address), **answered)
    assert answer.status_code == 200, answer.content
    assert _told(person) == news


def test_of_a_session_that_staff_end_on_its_page(chief: User, person: User) -> None:
    browser = signed_in(chief)
    _prepared(person, "end")
    address = reverse("admin:login_ssosession_act", args=(SsoSession.objects.filter(user=person).latest("pk").pk, "end"))
    browser.submit(browser.open(address), **REASON)
    assert _told(person) == [ENDED]


def test_no_act_on_people_is_left_out() -> None:
    """Whoever adds one says here what is heard of it."""
    names = {act.name for act in site._registry[User].acts}  # type: ignore[attr-defined]  # rows of ours
    assert names == {name for _more, name, _news in ACTS.values() if name}


COMMANDS = {
    "change_role": (("change_role", "editor", "--identifier", "zina@example.com"), ["user.role_changed", ENDED]),
    "reset_factors": (
        ("reset_factors", "zina@example.com", "--reason", "ticket 4711", "--by", "bisi@example.com"),
        ["user.mfa_changed", ENDED],
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_of_a_command(chief: User, person: User, name: str) -> None:
    arguments, news = COMMANDS[name]
    _prepared(person, name)
    call_command(*arguments, stdout=io.StringIO())
    assert _told(person) == news


def test_of_an_account_that_an_operator_makes(clients: None, monkeypatch: pytest.MonkeyPatch) -> None:
    listen("second-web", "https://backend.example/events")
    monkeypatch.setattr("sys.stdin", io.StringIO("seventeen copper kettles sing\n"))
    call_command("create_user", "--email", "new@example.com", "--password-stdin", "--verified", stdout=io.StringIO())
    made = User.objects.latest("created_at")
    assert _told(made) == ["user.created"]
    assert UserEvent.objects.get().account["is_verified"] is True
