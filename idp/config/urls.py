"""Every address of the provider, app by app; errors of all of them go to the one boundary."""

from django.conf import settings
from django.urls import include, path

from idp.config.api_docs import api_docs, api_schema
from idp.config.health import healthz, readyz
from idp.config.home import home
from idp.mfa.webauthn.well_known import android_asset_links, apple_app_site_association, webauthn_origins

# Each address has one view, so the order decides nothing but how soon it is found: what programs ask for comes first.
urlpatterns = [
    path("", include("idp.oidc.urls")),
    # On this machine in demo mode the home page is another one, and the pages it leads to exist.
    *([path("", include("idp.demo.urls"))] if settings.IDP_DEMO_PAGES else [path("", home, name="home")]),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path(".well-known/webauthn", webauthn_origins, name="webauthn_origins"),
    path(".well-known/assetlinks.json", android_asset_links, name="android_asset_links"),
    path(".well-known/apple-app-site-association", apple_app_site_association, name="apple_app_site_association"),
    path("api/v1/schema", api_schema, name="api_schema"),
    path("api/v1/docs", api_docs, name="api_docs"),
    path("api/v1/account/", include("idp.account_api.urls")),
    path("api/v1/admin/", include("idp.admin_api.urls")),
    path("account/", include("idp.authenticators.urls")),
    path("account/", include("idp.privacy.urls")),
    path("account", include("idp.self_service.urls")),
    path("", include("idp.login.urls")),
    path("federation/", include("idp.federation.urls")),
    # For staff on this machine; elsewhere there is no such address.
    *([path("admin/", include("idp.staff.urls"))] if settings.IDP_STAFF_PAGES else []),
]

handler400 = "idp.core.boundary.handler_refused"
handler403 = "idp.core.boundary.handler_refused"
handler404 = "idp.core.boundary.handler_refused"
handler500 = "idp.core.boundary.handler_failed"
