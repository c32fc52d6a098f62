"""Django's entry into the package: refuses to start with settings that cannot work."""

from django.apps import AppConfig

from fashionistar_auth.conf import get_settings


class FashionistarAuthConfig(AppConfig):
    """Validates the FASHIONISTAR_AUTH setting once, before the first request."""

    name = "fashionistar_auth"
    verbose_name = "Fashionistar sign-in"

    def ready(self) -> None:
        """Check every setting. Raises: ImproperlyConfigured naming all the bad ones at once."""
        get_settings()
