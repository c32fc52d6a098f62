"""Settings of the service; `before` and `after` differ in what the cut-over changes."""

import os

from tests.cut_over.base import *  # noqa: F403 - as settings files do

ROOT_URLCONF = f"{__package__}.urls"
INSTALLED_APPS = [
    "rest_framework",
    "fashionistar_auth",
    "fashionistar_auth.events",
    "example_backend.shop",
]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["fashionistar_auth.authentication.BearerTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
FASHIONISTAR_AUTH = {
    "ISSUER": os.environ["IDP_ISSUER"],
    "CLIENT_ID": os.environ["DEMO_API_CLIENT_ID"],
    "CLIENT_SECRET": os.environ["DEMO_API_CLIENT_SECRET"],
    "RESOURCE": os.environ["DEMO_API_ORIGIN"],
    "EVENTS_SECRET": os.environ["DEMO_API_EVENTS_SECRET"],
    "USER_MAPPER": "example_backend.shop.mapping.ShopperMapper",
    "USER_FIELD": "sub",
}
