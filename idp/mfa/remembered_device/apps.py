"""Registers remembered devices with Django."""

from django.apps import AppConfig


class RememberedDeviceConfig(AppConfig):
    """Remembered devices."""

    name = "idp.mfa.remembered_device"
    label = "mfa_remembered_device"
