"""Addresses of the service."""

from django.urls import path

from fashionistar_auth.events.views import ReceiveEvents
from tests.cut_over.views import Health, Orders

urlpatterns = [
    path("healthz", Health.as_view()),
    path("events", ReceiveEvents.as_view()),
    path("api/orders", Orders.as_view()),
]
