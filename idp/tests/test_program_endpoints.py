"""Endpoints for programs take a shorter way through the middleware; what they answer is what the whole way answers.

The whole way is the one without `IDP_PROGRAM_PATHS`. That the order of the URL
map decides nothing but speed is tested here too.
"""

import itertools
import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from idp.config import settings as shipped
from idp.core.boundary import Skin
from idp.tests.parties import WEB
from idp.tests.url_map import all_routes

PATHS = sorted(shipped.IDP_PROGRAM_PATHS)
HEADERS: list[dict[str, str]] = [
    {},
    {"accept-language": "fr", "origin": "https://elsewhere.example"},
    {**WEB.headers, "accept-language": "fr", "accept": "text/html"},
    {"authorization": "Bearer fst_at_x", "host": "evil.example"},
    {"origin": "http://localhost:3000", "access-control-request-method": "POST"},
    # No session of ours, and one that might be: the first is taken back.
    {"cookie": "idp_session=x; django_language=fr"},
    {"cookie": f"idp_session={'a' * 32}; idp_csrf={'b' * 32}"},
    {"cookie": ""},
]
BODIES = (
    {"grant_type": "client_credentials"},
    {"token": "x"},
    {"token": "x" * 300_000},
    {"grant_type": "x", "client_id": "nobody"},
)


# New in each answer.
_TOKEN = re.compile(rb"fst_at_[\w-]+")


def _answers(path: str) -> list[tuple[int, dict[str, str], str, bytes]]:
    """What comes back, whichever way it is asked: status, headers but the id of the request, cookies, body."""
    http = Client(enforce_csrf_checks=True, raise_request_exception=False)
    given = []
    for headers, body in itertools.product(HEADERS, BODIES):
        for method in ("GET", "POST", "OPTIONS", "DELETE"):
            http.cookies.clear()
            form = urlencode(body)
            response = http.generic(method, path, form, content_type="application/x-www-form-urlencoded", headers=headers)
            told = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
            given.append((response.status_code, told, response.cookies.output(), _TOKEN.sub(b"", response.content)))
    return given


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_the_shorter_way_answers_like_the_whole(clients: None, settings: Settings, path: str) -> None:
    shorter = _answers(path)
    settings.IDP_PROGRAM_PATHS = frozenset()
    whole = _answers(path)
    assert len({status for status, *_rest in whole}) > 2
    assert [(one, other) for one, other in zip(shorter, whole, strict=True) if one != other] == []


def test_it_is_for_endpoints_that_programs_alone_call() -> None:
    for_programs = {
        route.address
        for route in all_routes()
        if getattr(route.view, "skin", None) is Skin.OAUTH and not getattr(route.view, "any_host", False)
    }
    assert for_programs == shipped.IDP_PROGRAM_PATHS


def test_no_address_is_hidden_by_one_that_stands_before_it_in_the_map() -> None:
    found = {route.name: resolve(route.address).view_name for route in all_routes()}
    assert [(name, other) for name, other in found.items() if name != other] == []
