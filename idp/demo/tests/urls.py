"""The URL map as demo mode has it: tests run in local mode, whose map holds no page of the demo."""

from django.urls import include, path

from idp.config import urls

urlpatterns = [path("", include("idp.demo.urls")), *urls.urlpatterns]
handler404 = urls.handler404
