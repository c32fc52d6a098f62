"""Registers the factor with Django."""

from django.apps import AppConfig


class RecoveryCodesConfig(AppConfig):
    """Recovery codes."""

    name = "idp.mfa.recovery_codes"
    label = "mfa_recovery_codes"
