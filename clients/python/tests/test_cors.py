"""CORS: listed origins by name, no wildcard, no cookies, one generic preflight, failures readable."""

import asyncio
from typing import Any, cast

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from fashionistar_auth.cors import CorsMiddleware
from tests.conftest import Answer, Ask, Configure
from tests.provider import Provider, Reply

SHOP = "http://shop.example:5173"
STRANGERS = [
    "http://shop.example",
    "https://shop.example:5173",
    "http://shop.example:5173.evil.example",
    "null",
    "*",
    "",
]


def allowed(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name.startswith("Access-Control-")}


def preflight(ask: Ask, origin: str, path: str = "/me") -> Answer:
    return ask(path, method="OPTIONS", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})


def test_preflight_of_a_listed_origin(ask: Ask, provider: Provider) -> None:
    answer = preflight(ask, SHOP)
    assert (answer.status_code, answer.content) == (204, b"")
    assert allowed(answer) == {
        "Access-Control-Allow-Origin": SHOP,
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-ID",
        "Access-Control-Max-Age": "600",
    }
    assert provider.seen == []


def test_preflight_is_generic(ask: Ask) -> None:
    answers = [preflight(ask, SHOP, path) for path in ("/me", "/no/such/path", "/raises/unknown")]
    assert len({(answer.status_code, str(sorted(answer.items()))) for answer in answers}) == 1


@pytest.mark.parametrize("origin", STRANGERS)
def test_strangers_get_nothing(ask: Ask, origin: str) -> None:
    for answer in (preflight(ask, origin), ask("/open", headers={"Origin": origin})):
        assert allowed(answer) == {}
        assert answer["Vary"].startswith("Origin") or ", Origin" in answer["Vary"]


def test_same_origin_and_other_callers_get_no_cors_header(ask: Ask) -> None:
    answer = ask("/open")
    assert allowed(answer) == {}
    assert "Origin" in answer["Vary"], "a cache must not give this answer to the shop's page"


@pytest.mark.django_db
def test_failures_are_readable_by_the_page(ask: Ask, provider: Provider) -> None:
    headers = {"Origin": SHOP}
    granted = ask("/me", provider.grant(), headers=headers)
    refused = ask("/me", "revoked", headers=headers)
    broken = ask("/raises/unknown", headers=headers)
    missing = ask("/no/such/path", headers=headers)
    provider.reply = Reply(status=500)
    down = ask("/me", "good", headers=headers)
    assert [a.status_code for a in (granted, refused, broken, missing, down)] == [200, 401, 500, 404, 503]
    for answer in (granted, refused, broken, missing, down):
        assert allowed(answer) == {
            "Access-Control-Allow-Origin": SHOP,
            "Access-Control-Expose-Headers": "WWW-Authenticate, Retry-After, X-Request-ID",
        }


def test_further_request_headers_can_be_allowed(ask: Ask, configure: Configure) -> None:
    configure(cors_allow_headers=["Authorization", "X-Device-ID"])
    assert preflight(ask, SHOP)["Access-Control-Allow-Headers"] == "Authorization, X-Device-ID"


def test_under_asgi_no_request_waits_for_a_thread(provider: Provider) -> None:
    """The same marks, and the view is awaited on the loop itself; a middleware that cannot be needs a thread."""

    async def view(request: HttpRequest) -> HttpResponse:
        asyncio.get_running_loop()
        return HttpResponse("orders")

    async def answers() -> tuple[Answer, Answer]:
        middleware = cast("Any", CorsMiddleware(view))
        assert iscoroutinefunction(middleware)
        factory, asking = RequestFactory(), {"Access-Control-Request-Method": "GET"}
        plain = await middleware(factory.get("/", headers={"Origin": SHOP}))
        return plain, await middleware(factory.options("/", headers={"Origin": SHOP, **asking}))

    plain, before = asyncio.run(answers())
    assert (plain.content, plain["Access-Control-Allow-Origin"], before.status_code) == (b"orders", SHOP, 204)
    assert before["Access-Control-Allow-Methods"] == "GET, HEAD, POST, PUT, PATCH, DELETE"
    assert provider.seen == []
