"""Registers the protocol app, connects it to news from the apps below (sessions that ended) and announces its repeating work."""

from django.apps import AppConfig

from idp.core import clock
from idp.core.chores import Chore, register


class OidcConfig(AppConfig):
    """OpenID provider."""

    name = "idp.oidc"
    label = "oidc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers and announce the messages this app sends and its chores."""
        # They need the models, which are loaded by now.
        from idp.oidc import receivers  # noqa: PLC0415
        from idp.oidc.client_auth import spent_assertions  # noqa: PLC0415
        from idp.oidc.events import chores as events  # noqa: PLC0415
        from idp.oidc.jose.audit_seal import seal_audit  # noqa: PLC0415
        from idp.oidc.jose.rotation import rotate_due_keys  # noqa: PLC0415
        from idp.oidc.logout import notices  # noqa: PLC0415
        from idp.oidc.tokens.sweep import sweep_tokens  # noqa: PLC0415

        receivers.connect()
        notices.register()
        events.register()
        # What the worker does now and then.
        register(Chore("rotate_signing_keys", clock.seconds(600), rotate_due_keys))
        register(Chore("seal_audit", clock.seconds(60), seal_audit))
        register(Chore("oidc-sweep-tokens", clock.seconds(3600), sweep_tokens))
        register(Chore("oidc-forget-events", clock.seconds(6 * 3600), events.forget_old_events))
        register(Chore("forget_spent_assertions", clock.seconds(3600), spent_assertions.forget_expired))
