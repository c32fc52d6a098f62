"""Addresses of the pages on which people look after their account: `/account` and below."""

from django.urls import path

from idp.self_service.views.addresses import addresses
from idp.self_service.views.apps import apps
from idp.self_service.views.console import console
from idp.self_service.views.devices import devices
from idp.self_service.views.overview import overview
from idp.self_service.views.password import password
from idp.self_service.views.profile import profile
from idp.self_service.views.sessions import sessions

app_name = "self_service"

urlpatterns = [
    path("", overview, name="overview"),
    path("/console", console, name="console"),
    path("/console/<slug:view>", console, name="console_view"),
    path("/profile", profile, name="profile"),
    path("/addresses", addresses, name="addresses"),
    path("/password", password, name="password"),
    path("/sessions", sessions, name="sessions"),
    path("/devices", devices, name="devices"),
    path("/apps", apps, name="apps"),
]
