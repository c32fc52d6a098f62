"""Registers the protocol app and connects it to news from the apps below (sessions that ended)."""

from django.apps import AppConfig


class OidcConfig(AppConfig):
    """OpenID provider."""

    name = "idp.oidc"
    label = "oidc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from idp.oidc import receivers  # noqa: PLC0415  # it needs the models, which are loaded by now

        receivers.connect()
