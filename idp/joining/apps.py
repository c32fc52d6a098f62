"""Registers the import with Django."""

from django.apps import AppConfig


class JoiningConfig(AppConfig):
    """The import of people as a Django app."""

    name = "idp.joining"
    label = "joining"
