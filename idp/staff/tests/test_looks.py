"""Looking is on record: who of the staff opened a person, a session or a consent, and when; the person's export says when."""

from collections.abc import Callable

import pytest
from django.db import connection
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.core import clock
from idp.login.models import SsoSession
from idp.oidc.models import Client, Consent
from idp.privacy.selectors import export_of
from idp.tests.database_faults import failing
from idp.tests.journey import Browser, page_of


def _looks(person: User) -> list[object]:
    """Who looked at this person, oldest first."""
    events = SecurityEvent.objects.filter(event=Event.USER_VIEWED, pseudonym=pseudonym_of(person.pk)).order_by("at", "id")
    return [event.detail["by"] for event in events]


def _session(person: User) -> str:
    return f"ssosession/{SsoSession.objects.filter(user=person).latest('id').pk}"


def _consent(person: User) -> str:
    client = Client.objects.get(client_id="third-web")
    return f"consent/{Consent.objects.create(user=person, client=client, scopes=['email'], granted_at=clock.now()).pk}"


@pytest.mark.parametrize("row", [lambda person: f"user/{person.pk}", _session, _consent], ids=["person", "session", "consent"])
def test_opening_what_is_about_a_person_is_recorded(
    browser: Browser, looking: Browser, helper: User, shopper: User, row: Callable[[User], str]
) -> None:
    assert looking.open(f"/admin/{row(shopper)}").status_code == 200
    assert _looks(shopper) == [pseudonym_of(helper.pk)]


def test_finding_a_person_is_opening_them(looking: Browser, helper: User, shopper: User) -> None:
    looking.submit(looking.open("/admin/user/find"), identifier=str(shopper.email))
    assert _looks(shopper) == [pseudonym_of(helper.pk)]


def test_a_visit_is_one_line_of_each_member(
    looking: Browser, changing: Browser, shopper: User, time_machine: TimeMachineFixture
) -> None:
    for visitor in (looking, looking, changing, looking):
        visitor.open(f"/admin/user/{shopper.pk}")
    first, second = _looks(shopper)
    assert first != second
    time_machine.move_to(clock.now().timestamp() + 3601)
    looking.open(f"/admin/user/{shopper.pk}")
    assert _looks(shopper) == [first, second, first]


def test_a_list_of_people_or_of_what_is_theirs_is_recorded(looking: Browser, helper: User) -> None:
    for name in ("user", "ssosession", "consent", "client", "signingkey"):
        assert looking.open(f"/admin/{name}/").status_code == 200
    rows = SecurityEvent.objects.filter(event=Event.USERS_LISTED).order_by("at", "id")
    assert [row.detail for row in rows] == [
        {"list": name, "by": pseudonym_of(helper.pk)} for name in ("user", "ssosession", "consent")
    ]


def test_lists_clients_and_who_is_refused_are_no_look(browser: Browser, looking: Browser, shopper: User) -> None:
    client = Client.objects.get(client_id="third-web")
    for address in ("user/", "ssosession/", "user/find", f"client/{client.pk}"):
        assert looking.open(f"/admin/{address}").status_code == 200
    assert browser.http.get(f"/admin/user/{shopper.pk}").status_code == 403
    assert not SecurityEvent.objects.filter(event=Event.USER_VIEWED).exists()


def test_the_owner_reads_when_and_not_who(looking: Browser, helper: User, shopper: User) -> None:
    looking.open(f"/admin/user/{shopper.pk}")
    told = [event for event in export_of(shopper).security_events if event.event == "user_viewed"]
    assert [event.detail for event in told] == [{}]


def test_what_cannot_be_recorded_is_not_shown(looking: Browser, shopper: User) -> None:
    looking.http.raise_request_exception = False
    with connection.execute_wrapper(failing('INSERT INTO "audit_securityevent"')):
        answer = looking.http.get(f"/admin/user/{shopper.pk}")
    assert answer.status_code >= 500
    assert "a•••@example.com" not in page_of(answer).text
