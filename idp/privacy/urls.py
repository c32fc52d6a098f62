"""Address of the privacy desk, below `/account/`."""

from django.urls import path

from idp.privacy.views import privacy

app_name = "privacy"

urlpatterns = [path("privacy", privacy, name="privacy")]
