"""Addresses of the demo's own pages. `config.urls` includes them in demo mode alone."""

from django.urls import path

from idp.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.home, name="home"),
    path("inbox", views.inbox, name="inbox"),
    path("guide", views.guide, name="guide"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/<slug:slug>", views.sample, name="sample"),
]
