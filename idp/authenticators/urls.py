"""Addresses of the pages on which a person manages their factors, below `/account/`."""

from django.urls import path

from idp.authenticators.views import app, passkey, security

app_name = "authenticators"

urlpatterns = [
    path("security", security, name="security"),
    path("security/passkey", passkey, name="passkey"),
    path("security/app/<uuid:factor_id>", app, name="app"),
]
