"""Registers the codes with Django."""

from django.apps import AppConfig


class OneTimeCodeConfig(AppConfig):
    """One-time codes by mail and text message."""

    name = "idp.mfa.one_time_code"
    label = "mfa_one_time_code"
