"""`hosts`: a foreign Host is refused, except where the answer is the same for everybody."""

import pytest
from django.test import Client
from pytest_django import Settings

HOSTS = ["evil.example", "localhost.evil.example", "localhost:abc", "a b", "[::1", "", "localhost/..", "evil.example:80"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_foreign_or_odd_host_is_refused(http: Client, settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["id.example.com", "localhost"]
    assert http.get("/form", headers={"host": host or "."}).status_code == 400


@pytest.mark.parametrize("host", ["id.example.com", "id.example.com:8443", "localhost:8000"])
def test_our_own_hosts_are_served(http: Client, settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["id.example.com", "localhost"]
    assert http.get("/form", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", HOSTS)
def test_a_constant_document_is_served_to_every_host_byte_for_byte(http: Client, host: str) -> None:
    response = http.get("/constant", headers={"host": host or "."})
    assert response.status_code == 200
    assert response.content == http.get("/constant").content
