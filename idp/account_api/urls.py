"""Addresses of the account API, below `/api/v1/account/`."""

from django.urls import path

from idp.account_api.api import Me

app_name = "account_api"

urlpatterns = [
    path("me", Me.as_view(), name="me"),
]
