"""Guessing client secrets has an end for the guesser, and changes nothing for a client that proves itself."""

import base64
from typing import Any

import pytest
from django.test import Client as HttpClient

from idp.tests.parties import SECRETS

pytestmark = pytest.mark.django_db


def ask(secret: str, client_id: str = "resource-server") -> Any:  # noqa: ANN401 - Django's test response
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return HttpClient().post(
        "/oauth2/introspect", "token=x", "application/x-www-form-urlencoded", HTTP_AUTHORIZATION=f"Basic {basic}"
    )


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_only_whoever_fails_is_refused_and_told_when_to_come_back(clients: None) -> None:
    # Names that exist and names that do not count alike.
    guesses = [ask(f"guess {number}", ("resource-server", "nobody")[number % 2]) for number in range(302)]
    assert [answer.status_code for answer in guesses] == [401] * 300 + [429] * 2
    refused = guesses[-1]
    assert refused.json()["error"] == "temporarily_unavailable"
    assert "Please try again in" in refused.json()["error_description"]
    assert int(refused.headers["Retry-After"]) >= 1

    # The same address, with the right secret: never slowed.
    assert ask(SECRETS["resource-server"]).json() == {"active": False}
