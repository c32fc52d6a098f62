"""The public documents before Django's handler, with Redis and without (OIDC Discovery §4.2, RFC 7517 §5)."""

import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from pytest_django import Settings

from idp.fast_path import documents
from idp.fast_path.application import in_front_of
from idp.fast_path.tests.wsgi import asked, environ
from idp.oidc.jose.keys import ensure_active_keys
from idp.oidc.models import SigningKey

pytestmark = pytest.mark.django_db
DISCOVERY = "/.well-known/openid-configuration"


def sooner(path: str, **more: str) -> bool:
    passed: list[bytes] = []
    return in_front_of(lambda _environ, _start: passed)(environ("GET", path, **more), lambda *_given: None) is not passed  # type: ignore[arg-type]


@pytest.mark.spec("OIDC Discovery", "4.2")
@pytest.mark.parametrize("path", [DISCOVERY, "/.well-known/oauth-authorization-server"])
def test_the_metadata_is_djangos_answer_byte_for_byte(path: str) -> None:
    django = WSGIHandler()
    assert sooner(path)
    for host in ("localhost", "evil.example"):
        assert asked(in_front_of(django), environ("GET", path, HTTP_HOST=host)) == asked(django, environ("GET", path))


def test_a_query_or_another_method_is_djangos() -> None:
    assert documents.discovery(environ("GET", DISCOVERY, query="x=y")) is None
    assert documents.discovery(environ("HEAD", DISCOVERY)) is None
    assert documents.discovery(environ("GET", DISCOVERY, SCRIPT_NAME="/x")) is None


@pytest.mark.spec("RFC 7517", "5")
def test_the_key_set_is_read_anew_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_key_set", None)
    ensure_active_keys()
    assert len(keys()) == SigningKey.objects.count()
    SigningKey.objects.filter(algorithm="RS256").update(state="gone")
    monkeypatch.setattr(documents, "_KEY_SET_SECONDS", 0)
    assert len(keys()) == SigningKey.objects.count() - 1


def test_without_redis_no_key_set_is_kept(settings: Settings) -> None:
    settings.IDP_COPIES = False
    assert documents.jwks(environ("GET", "/oauth2/jwks")) is None


def keys() -> list[Any]:
    answer = documents.jwks(environ("GET", "/oauth2/jwks"))
    assert answer is not None
    found: list[Any] = json.loads(answer.body)["keys"]
    return found
