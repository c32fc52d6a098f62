"""Every address of the provider, app by app; errors of all of them go to the one boundary."""

from django.urls import include, path

from idp.config.api_docs import api_docs, api_schema
from idp.config.health import healthz, readyz
from idp.config.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/schema", api_schema, name="api_schema"),
    path("api/v1/docs", api_docs, name="api_docs"),
    path("api/v1/account/", include("idp.account_api.urls")),
    path("", include("idp.login.urls")),
    path("", include("idp.oidc.urls")),
]

handler400 = "idp.core.boundary.handler_refused"
handler403 = "idp.core.boundary.handler_refused"
handler404 = "idp.core.boundary.handler_refused"
handler500 = "idp.core.boundary.handler_failed"
