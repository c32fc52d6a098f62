"""Home and inbox over HTTP: what a newcomer finds, and that a message is words and never part of the page."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from idp.core import clock
from idp.demo.places import find_places
from idp.outbox.services.send import send_mail, send_text
from idp.tests.pages import read_page
from tools.demo_people import PEOPLE

pytestmark = pytest.mark.django_db
_HOSTILE = "<img src=x onerror=alert(1)>"


def said(code: str) -> dict[str, str]:
    return {"code": code, "minutes": "10", "site": "Fashionistar"}


def test_home_leads_everywhere(demo: Client) -> None:
    page = read_page(demo.get("/").content.decode())
    names = (
        "demo:inbox",
        "demo:guide",
        "demo:styleguide",
        "admin:index",
        "admin:drf_api_logger_apilogsmodel_changelist",
        "api_docs",
        "oidc:discovery",
    )
    links = {reverse(name, "idp.demo.tests.urls") for name in names}
    assert links | {"http://localhost:5173", "http://localhost:8001", "/account"} <= set(page.links)
    assert all(place.label and place.description for group in find_places() for place in group.links)


def test_home_names_everybody_one_can_sign_in_as(demo: Client) -> None:
    page = demo.get("/").content.decode()
    for person in PEOPLE:
        assert person.email in page
        assert person.password in page
        assert person.role in page


def test_an_empty_inbox_says_what_to_do(demo: Client) -> None:
    assert "look again" in read_page(demo.get("/inbox").content.decode()).texts["no-messages"]


def test_the_inbox_shows_what_was_written_the_newest_first(demo: Client) -> None:
    until = clock.now() + clock.seconds(600)
    with transaction.atomic():
        send_mail(to="ada@example.com", template="one_time_code", context=said("135790"), useful_until=until)
        send_text(
            to="+2348012345678",
            template="one_time_code",
            context={"code": "246801", "minutes": "10", "site": "Fashionistar"},
            useful_until=until,
        )
    page = demo.get("/inbox").content.decode()
    assert page.index("246801") < page.index("135790")
    assert "ada@example.com" in page
    assert "Text message" in page
    assert "no-messages" not in page


def test_a_message_never_becomes_part_of_the_page(demo: Client) -> None:
    with transaction.atomic():
        send_mail(to="ada@example.com", template="one_time_code", context=said(_HOSTILE))
    page = demo.get("/inbox").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize("path", ["/", "/inbox", "/guide", "/styleguide", "/styleguide/sign-in"])
def test_they_only_show(demo: Client, path: str) -> None:
    assert demo.post(path).status_code == 405
    assert demo.head(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/inbox", "/guide", "/styleguide"])
def test_their_policy_is_that_of_every_page(demo: Client, path: str) -> None:
    answer = demo.get(path)
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
