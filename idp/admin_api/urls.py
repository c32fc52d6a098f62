"""Addresses of the admin API, below `/api/v1/admin/`. Pages of the application that calls may read the answers."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.views import APIView

from idp.admin_api import acts, people
from idp.oidc.cors import cross_origin

app_name = "admin_api"


def _at(route: str, view: type[APIView], name: str) -> URLPattern:
    """One address."""
    answering: Callable[..., HttpResponse] = view.as_view()
    return path(route, cross_origin("client")(answering), name=name)


urlpatterns = [
    _at("users", people.PeopleList, "users"),
    _at("users/search", people.PersonFinder, "user_search"),
    _at("users/<uuid:user_id>", people.Person, "user"),
    _at("users/<uuid:user_id>/sessions", people.PersonSessions, "user_sessions"),
    _at("users/<uuid:user_id>/suspend", acts.Suspension, "suspend"),
    _at("users/<uuid:user_id>/reactivate", acts.Reactivation, "reactivate"),
    _at("users/<uuid:user_id>/confirm-address", acts.ConfirmedAddress, "confirm_address"),
    _at("users/<uuid:user_id>/reset-password", acts.PasswordReset, "reset_password"),
    _at("users/<uuid:user_id>/change-role", acts.RoleOfPerson, "change_role"),
    _at("users/<uuid:user_id>/end-sessions", acts.SignOut, "end_sessions"),
    _at("users/<uuid:user_id>/sessions/<uuid:sid>/end", acts.SessionEnd, "end_session"),
    _at("users/<uuid:user_id>/reset-factors", acts.FactorReset, "reset_factors"),
    _at("users/<uuid:user_id>/reveal", acts.Reveal, "reveal"),
]
