"""Minimal Django settings of the service under test. The provider's address is set per test (`conftest.py`)."""

from pathlib import Path
from tempfile import TemporaryDirectory

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "tests.service.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "fashionistar_auth",
    "fashionistar_auth.events",
    "tests.service",
]
MIDDLEWARE = [
    "fashionistar_auth.cors.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
]
AUTH_USER_MODEL = "service.Account"
# A file, not memory: parallel first requests must meet in one database, as they do in production.
_DIRECTORY = TemporaryDirectory(prefix="fashionistar-auth-tests-")
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(_DIRECTORY.name) / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"},
        "TEST": {"NAME": str(Path(_DIRECTORY.name) / "test.sqlite3")},
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["fashionistar_auth.authentication.BearerTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["fashionistar_auth.renderers.EnvelopeRenderer"],
    "EXCEPTION_HANDLER": "fashionistar_auth.exception_handler.envelope_exception_handler",
}
FASHIONISTAR_AUTH = {
    "ISSUER": "http://127.0.0.1:9",
    "CLIENT_ID": "demo api",
    "CLIENT_SECRET": "s3cret/+:%",
    "RESOURCE": "http://testserver",
    "USER_MAPPER": "JustInTime",
    "USER_FIELD": "id",
    "EVENTS_SECRET": "events-secret-" + "e" * 32,
    "WEBSOCKET_ORIGINS": ["http://shop.example:5173"],
    "CORS_ORIGINS": ["http://shop.example:5173"],
}
