"""The README's toy service is real: its blocks are run, and are as short as promised."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.dispatch import receiver
from django.test import RequestFactory
from ninja import NinjaAPI
from pytest_django import Settings
from rest_framework.response import Response

from fashionistar_auth import ninja, rules
from fashionistar_auth.conf import AuthSettings
from fashionistar_auth.events import signals
from fashionistar_auth.tickets.middleware import TicketMiddleware
from tests.provider import Provider
from tests.service.models import Account
from tests.transmitter import SUSPENDED, Transmitter

README = (Path(__file__).parents[1] / "README.md").read_text()
SETTINGS, VIEW, MAPPER, NINJA, SOCKETS, HANDLERS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
IMPORTS = """
from rest_framework.views import APIView
from fashionistar_auth.envelope import success
from fashionistar_auth.permissions import HasScope
"""


def test_connecting_takes_fewer_than_twenty_lines() -> None:
    assert len([line for line in (SETTINGS + VIEW).splitlines() if line.strip()]) < 20


@pytest.mark.django_db
def test_the_toy_service_works(settings: Settings, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_API_CLIENT_SECRET", "s3cret/+:%")
    named: dict[str, dict[str, object]] = {}
    exec(SETTINGS, {"os": os}, named)  # noqa: S102 - our own README
    # The README's names stand for the demo's; here the provider plays on another port and knows another client.
    here = {"ISSUER": provider.issuer, "CLIENT_ID": "demo api", "USER_FIELD": "id"}
    settings.REST_FRAMEWORK = named["REST_FRAMEWORK"]
    settings.FASHIONISTAR_AUTH = named["FASHIONISTAR_AUTH"] | here
    scope: dict[str, type] = {}
    exec(IMPORTS + VIEW, scope)  # noqa: S102 - our own README

    def call(token: str) -> Response:
        request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
        answer = scope["Hello"].as_view()(request)  # type: ignore[attr-defined]
        assert isinstance(answer, Response)
        answer.render()
        return answer

    assert call(provider.grant(aud=["http://localhost:8001"])).status_code == 200
    assert call("unknown").status_code == 401
    assert call(provider.grant("narrow", aud=["http://localhost:8001"], scope="openid")).status_code == 403


def test_every_setting_is_documented() -> None:
    keys = {name.upper() for name in AuthSettings.model_fields}
    assert keys <= set(re.findall(r"`([A-Z_]+)`", README))


@pytest.mark.django_db
def test_the_handlers_shown_work(provider: Provider) -> None:
    transmitter, named = Transmitter(provider), {"Account": Account, "receiver": receiver, **vars(signals)}
    # The service of these tests knows no roles.
    exec(HANDLERS.replace('"role": event.account["role"]', '"nickname": event.account["role"]'), named)  # noqa: S102 - our own README
    try:
        assert transmitter.tell() == 202
        assert transmitter.tell(SUSPENDED, members={"account": {"is_active": False}}) == 202
    finally:
        signals.user_created.disconnect(named["open_account"])
        for signal in (signals.user_suspended, signals.user_reactivated):
            signal.disconnect(named["follow"])
    assert [(account.nickname, account.is_active) for account in Account.objects.all()] == [("client", False)]


@pytest.mark.django_db(transaction=True)
def test_the_ninja_service_shown_works(provider: Provider) -> None:
    named: dict[str, Any] = {**vars(rules), "NinjaAPI": NinjaAPI, **vars(ninja)}
    exec(NINJA, named)  # noqa: S102 - our own README

    def call(token: str) -> int:
        (route,) = (pattern for pattern in named["api"].urls[0] if "payouts" in str(pattern.pattern))
        request = RequestFactory().get("/payouts", headers={"Authorization": f"Bearer {token}"})
        return int(async_to_sync(route.callback)(request).status_code)

    assert call(provider.grant("enough", scope="wallet", acr="aal2")) == 200
    assert call(provider.grant("weak", scope="wallet", acr="aal1")) == 401


def test_the_socket_application_shown_is_one() -> None:
    named: dict[str, Any] = {
        "ProtocolTypeRouter": ProtocolTypeRouter,
        "URLRouter": URLRouter,
        "get_asgi_application": get_asgi_application,
        "TicketMiddleware": TicketMiddleware,
        "websocket_urlpatterns": [],
    }
    exec(SOCKETS, named)  # noqa: S102 - our own README
    assert isinstance(named["application"].application_mapping["websocket"], TicketMiddleware)


def test_the_mapper_shown_compiles() -> None:
    assert "def created" in MAPPER
    compile(MAPPER, "README.md", "exec")
