"""Addresses of the service with live connections."""

from django.urls import path

from fashionistar_auth.tickets.views import IssueTicket
from tests.cut_over.after.urls import urlpatterns as after

urlpatterns = [*after, path("api/socket-ticket", IssueTicket.as_view())]
