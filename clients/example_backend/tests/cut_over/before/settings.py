"""Settings of the service; `before` and `after` differ in what the cut-over changes."""

import os

from tests.cut_over.base import *  # noqa: F403 - as settings files do

ROOT_URLCONF = f"{__package__}.urls"
INSTALLED_APPS = [
    "rest_framework",
    "example_backend.shop",
]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tests.cut_over.old_tokens.OldTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
OLD_TOKEN_KEY = os.environ["OLD_TOKEN_KEY"]
