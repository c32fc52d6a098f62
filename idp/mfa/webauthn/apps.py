"""Registers the factor with Django."""

from django.apps import AppConfig


class WebauthnConfig(AppConfig):
    """Passkeys and security keys."""

    name = "idp.mfa.webauthn"
    label = "mfa_webauthn"
