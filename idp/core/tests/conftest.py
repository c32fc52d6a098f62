"""The kernel alone: its own middleware in production order, the routes of `urls`, and a page template of our own."""

import pytest
from django.test import Client
from pytest_django import Settings

ERROR_PAGE = (
    "<!doctype html><title>{{ page.title }}</title><h1>{{ page.heading }}</h1><p>{{ message }}</p>"
    '<p id="error-code">{{ code }}</p><p>{{ reference }}</p>'
)


def use_templates(settings: Settings, templates: dict[str, str]) -> None:
    """Serve these texts as the only templates."""
    loaders = [("django.template.loaders.locmem.Loader", templates)]
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}]


@pytest.fixture(autouse=True)
def kernel(settings: Settings) -> None:
    """Every request of these tests meets the kernel's middleware and nothing of the apps above."""
    settings.ROOT_URLCONF = "idp.core.tests.urls"
    settings.MIDDLEWARE = [
        "idp.core.request_context.RequestContextMiddleware",
        "idp.core.csp.SecurityHeadersMiddleware",
        "idp.core.hosts.HostCheckMiddleware",
        "idp.core.browser.BrowserCookieMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "idp.core.boundary.BoundaryMiddleware",
    ]
    use_templates(settings, {"errors/error.html": ERROR_PAGE})


@pytest.fixture
def http() -> Client:
    """A client that meets a fault as a browser does: as an answer."""
    return Client(raise_request_exception=False)
