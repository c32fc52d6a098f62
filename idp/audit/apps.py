"""Registers the audit trail with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail as a Django app."""

    name = "idp.audit"
    label = "audit"
