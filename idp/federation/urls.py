"""Addresses of the way to another service and back. Each service has a way back of its own (RFC 9700 §4.4.2.2)."""

from django.urls import path, re_path

from idp.federation.views import callback, start

app_name = "federation"

urlpatterns = [
    path("<slug:provider>/callback", callback, name="callback"),
    # The uid has the form `LoginRequirement` asks for.
    re_path(r"^(?P<provider>[a-z]{1,20})/(?P<uid>[A-Za-z0-9_-]{16,128})$", start, name="start"),
]
