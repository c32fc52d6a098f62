"""A browser where the demo's pages exist."""

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def demo(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "idp.demo.tests.urls"
    return Client()
