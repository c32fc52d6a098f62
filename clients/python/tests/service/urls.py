"""Addresses of the service under test, with the package's handlers for failures outside DRF."""

from django.urls import path

from fashionistar_auth.events.views import ReceiveEvents
from fashionistar_auth.tickets.views import IssueTicket
from tests.service import views
from tests.service.ninja_api import api

urlpatterns = [
    path("me", views.Me.as_view()),
    path("open", views.Open.as_view()),
    path("orders", views.Orders.as_view()),
    path("busy", views.Busy.as_view()),
    path("events", ReceiveEvents.as_view()),
    path("socket-ticket", IssueTicket.as_view()),
    path("ninja/", api.urls),
    path("plain", views.plain),
    path("raises/<str:kind>", views.Raises.as_view()),
    path("guarded/<str:guard>", views.Guarded.as_view()),
]
handler400 = "fashionistar_auth.django_errors.bad_request"
handler403 = "fashionistar_auth.django_errors.permission_denied"
handler404 = "fashionistar_auth.django_errors.page_not_found"
handler500 = "fashionistar_auth.django_errors.server_error"
