"""Looking is on record: who of the staff opened a person, a session or a consent, and when; the person's export says when."""

import uuid
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
from idp.staff.site import site
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


def _lists() -> list[dict[str, str]]:
    """What is on record of lists, oldest first."""
    rows = SecurityEvent.objects.filter(event=Event.USERS_LISTED).order_by("at", "id")
    return [row.detail for row in rows]


def test_every_list_is_recorded_but_those_about_nobody(looking: Browser, helper: User) -> None:
    names = [str(model._meta.model_name) for model in site._registry]
    for name in names:
        assert looking.open(f"/admin/{name}/").status_code == 200
    about_people = [name for name in names if name not in {"client", "signingkey", "message"}]
    assert len(about_people) >= 7
    assert _lists() == [{"list": name, "by": pseudonym_of(helper.pk)} for name in about_people]


@pytest.mark.parametrize("name", ["ssosession", "consent", "accesstoken", "refreshtoken"])
def test_a_list_of_what_one_person_has_is_a_look_at_them(looking: Browser, helper: User, shopper: User, name: str) -> None:
    assert looking.open(f"/admin/{name}/?user={shopper.pk}").status_code == 200
    assert _looks(shopper) == [pseudonym_of(helper.pk)]


def test_of_one_persons_trail_the_record_says_whose(looking: Browser, helper: User, shopper: User) -> None:
    theirs, mine = pseudonym_of(shopper.pk), pseudonym_of(helper.pk)
    for column in ("pseudonym", "detail__by"):
        assert looking.open(f"/admin/securityevent/?{column}={theirs}").status_code == 200
    assert _lists() == [{"list": "securityevent", "of": theirs, "by": mine}] * 2


def test_a_look_at_nobody_is_no_persons_event(looking: Browser) -> None:
    before = set(SecurityEvent.objects.values_list("pseudonym", flat=True))
    assert looking.open(f"/admin/ssosession/?user={uuid.uuid4()}").status_code == 200
    assert looking.http.get("/admin/ssosession/?user=nobody").status_code == 400
    assert set(SecurityEvent.objects.values_list("pseudonym", flat=True)) == before
    assert looking.open("/admin/securityevent/?pseudonym=ada@example.com").status_code == 200
    assert _lists()[-1].keys() == {"list", "by"}


@pytest.mark.parametrize("probe", ["user__exact", "user__id__exact", "user__gte", "user__isnull"])
def test_one_person_is_asked_for_in_one_way_only(looking: Browser, shopper: User, probe: str) -> None:
    assert looking.http.get(f"/admin/ssosession/?{probe}={shopper.pk}").status_code == 400
    assert _looks(shopper) == []


def test_the_answer_of_a_search_is_a_look_before_anybody_follows_it(looking: Browser, helper: User, shopper: User) -> None:
    token = page_of(looking.open("/admin/user/find")).fields["csrfmiddlewaretoken"]
    answer = looking.http.post("/admin/user/find", {"csrfmiddlewaretoken": token, "identifier": str(shopper.email)})
    assert answer["Location"] == f"/admin/user/{shopper.pk}"
    assert _looks(shopper) == [pseudonym_of(helper.pk)]


def test_the_question_of_an_act_is_a_look(changing: Browser, chief: User, shopper: User) -> None:
    assert changing.open(f"/admin/user/{shopper.pk}/change-role").status_code == 200
    assert _looks(shopper) == [pseudonym_of(chief.pk)]


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
