"""Addresses of the example backend, and who answers when nothing matches or something breaks."""

from django.urls import path

from example_backend import pages
from example_backend.shop import api
from fashionistar_auth.events.views import ReceiveEvents

urlpatterns = [
    path("", pages.Home.as_view(), name="home"),
    path("assets/example.css", pages.Stylesheet.as_view(), name="stylesheet"),
    # Where the registration's event_receiver points.
    path("events", ReceiveEvents.as_view(), name="events"),
    path("healthz", api.Health.as_view(), name="health"),
    path("api/me", api.Me.as_view(), name="me"),
    path("api/orders", api.Orders.as_view(), name="orders"),
    path("api/orders/large/confirm", api.ConfirmLargeOrder.as_view(), name="confirm-large-order"),
    path("api/vendor/dashboard", api.VendorDashboard.as_view(), name="vendor-dashboard"),
    path("api/payouts", api.Payouts.as_view(), name="payouts"),
]
handler400 = "fashionistar_auth.django_errors.bad_request"
handler403 = "fashionistar_auth.django_errors.permission_denied"
handler404 = "fashionistar_auth.django_errors.page_not_found"
handler500 = "fashionistar_auth.django_errors.server_error"
