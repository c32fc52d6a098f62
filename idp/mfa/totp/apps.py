"""Registers the factor with Django."""

from django.apps import AppConfig


class TotpConfig(AppConfig):
    """Authenticator apps."""

    name = "idp.mfa.totp"
    label = "mfa_totp"
