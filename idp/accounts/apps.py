"""Registers the accounts with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts as a Django app."""

    name = "idp.accounts"
    label = "accounts"
