"""`request_context`: one id per request, shared by answer and log; one line per request, without query or path."""

import logging
import re

import pytest
import structlog
from django.test import Client, RequestFactory

from idp.core.request_context import request_id


def test_every_answer_names_its_request(http: Client) -> None:
    ids = {http.get(path)["X-Request-ID"] for path in ("/form", "/nowhere", "/page/unexpected")}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{16}", identifier) for identifier in ids)


def test_an_id_from_the_caller_is_not_taken(http: Client) -> None:
    assert http.get("/form", headers={"X-Request-ID": "forged"})["X-Request-ID"] != "forged"


def test_one_line_names_the_route_and_never_path_or_query(http: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="idp.request"):
        response = http.get("/page/expired?code=canary-7f3a")
    (record,) = [record for record in caplog.records if record.name == "idp.request"]
    facts = record.__dict__
    assert (facts["method"], facts["route"], facts["status"]) == ("GET", "page/<str:fault>", 410)
    assert facts["duration_ms"] >= 0
    assert "canary-7f3a" not in str(facts)
    assert structlog.contextvars.get_contextvars() == {"request_id": response["X-Request-ID"]}


def test_an_unknown_address_is_logged_as_unmatched(http: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        http.get("/secret-path")
    (record,) = [record for record in caplog.records if record.name == "idp.request"]
    assert record.__dict__["route"] == "unmatched"
    # What stands in the path of a mistyped address may be anything.
    assert "secret-path" not in str([vars(record) | {"request": ""} for record in caplog.records])


def test_a_refusal_that_a_view_renders_itself_is_not_logged_with_its_path(http: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = http.get("/refused/canary-7f3a")
    assert response.status_code == 401
    assert "canary-7f3a" not in caplog.text


def test_nothing_of_one_request_stays_for_the_next(http: Client) -> None:
    structlog.contextvars.bind_contextvars(left_over="yes")
    http.get("/form")
    assert "left_over" not in structlog.contextvars.get_contextvars()


def test_outside_a_request_there_is_no_id() -> None:
    assert request_id(None) == "-"
    assert request_id(RequestFactory().get("/")) == "-"
