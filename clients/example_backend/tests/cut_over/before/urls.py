"""Addresses of the service."""

from django.urls import path

from tests.cut_over.views import Health, Orders

urlpatterns = [
    path("healthz", Health.as_view()),
    path("api/orders", Orders.as_view()),
]
