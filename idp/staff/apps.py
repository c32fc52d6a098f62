"""Installs Django's admin for our site only: without its dependencies' checks, because what they are for is not used here."""

from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app
from django.core import checks


class StaffConfig(SimpleAdminConfig):
    """The library's app (its template tags), without looking for other apps' admin pages."""

    name = "django.contrib.admin"

    def ready(self) -> None:
        """Check our own pages. Left out: the demand for Django's sign-in middleware, messages and permission backends."""
        checks.register(check_admin_app, checks.Tags.admin)
