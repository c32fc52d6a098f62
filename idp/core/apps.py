"""Registers the kernel with Django, so that its management command (`rotate_encryption`) is found."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The kernel as a Django app; it has no models."""

    name = "idp.core"
    label = "core"
