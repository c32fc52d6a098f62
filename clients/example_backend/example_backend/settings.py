"""Django settings of the example backend, made from the environment (`env`). No sessions, no cookies, no admin."""

import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from example_backend.env import get_environment

_environment = get_environment()
# SQLite opens its file at the first request; the folder must be there and be ours alone.
try:
    _environment.EXAMPLE_STATE_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as exc:
    raise ImproperlyConfigured(f"EXAMPLE_STATE_DIR cannot be made: {exc.strerror}.") from exc

DEBUG = False
# Django insists on a key, but nothing here is signed: no session, no CSRF cookie, no reset link. So it need not last.
SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = sorted({_environment.api_host, "localhost", "127.0.0.1", "[::1]"})
ROOT_URLCONF = "example_backend.urls"
WSGI_APPLICATION = "example_backend.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "rest_framework",
    # drf-api-logger, with our writer for its thread.
    "example_backend.request_log.apps.RequestLogConfig",
    "fashionistar_auth",
    "fashionistar_auth.events",
    "example_backend.shop",
]
MIDDLEWARE = [
    # Outermost, so that failures leave with their headers too, and the page can read why it failed.
    "example_backend.security_headers.SecurityHeadersMiddleware",
    "example_backend.request_log.middleware.RequestLogMiddleware",
    "fashionistar_auth.cors.CorsMiddleware",
    # Refuses unknown hosts.
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]}
]

# The one table of its own that a relying party needs is that of its users, found by the provider's `sub`.
AUTH_USER_MODEL = "shop.Shopper"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _environment.EXAMPLE_STATE_DIR / "example.sqlite3",
        # Writers queue instead of failing: IMMEDIATE takes the lock at BEGIN, WAL lets readers go on.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"},
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["fashionistar_auth.authentication.BearerTokenAuthentication"],
    # Closed unless a view says otherwise.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["fashionistar_auth.renderers.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "fashionistar_auth.exception_handler.envelope_exception_handler",
    # No descriptions of endpoints over OPTIONS; preflights are answered before DRF.
    "DEFAULT_METADATA_CLASS": None,
    # DRF's stand-in for nobody would pull in Django's permission tables, which this service does not have.
    "UNAUTHENTICATED_USER": None,
}

# The request log: metadata of the API's routes (`request_log`). The library's own switches say it a second time, and
# name what its masking would miss if a service turned bodies on for a route of its own.
REQUEST_LOG_PREFIXES: tuple[str, ...] = ("/api/",)
DRF_API_LOGGER_DATABASE = True
DRF_API_LOGGER_POLICY = {"default": {"headers": False, "request_body": False, "response_body": False}}
DRF_API_LOGGER_EXCLUDE_KEYS = [
    "access_token", "refresh_token", "id_token", "code", "code_verifier", "otp", "new_password", "recovery_codes",
    "client_assertion", "device_code", "referer", "dpop", "x-csrftoken",
]  # fmt: skip

FASHIONISTAR_AUTH = {
    "ISSUER": _environment.IDP_ISSUER,
    "INTROSPECTION_URL": _environment.IDP_INTROSPECTION_URL,
    "ALLOW_INSECURE_HTTP": _environment.IDP_ALLOW_INSECURE_HTTP,
    "CLIENT_ID": _environment.DEMO_API_CLIENT_ID,
    "CLIENT_SECRET": _environment.DEMO_API_CLIENT_SECRET,
    "RESOURCE": _environment.DEMO_API_ORIGIN,
    "USER_MAPPER": "example_backend.shop.mapping.ShopperMapper",
    "USER_FIELD": "sub",
    "EVENTS_SECRET": _environment.DEMO_API_EVENTS_SECRET,
    "JWKS_URL": _environment.IDP_JWKS_URL,
    "CORS_ORIGINS": [_environment.DEMO_SPA_ORIGIN],
}

# Whether /api/me tells the introspection answer.
EXAMPLE_SHOW_INTROSPECTION: bool = _environment.IDP_MODE == "demo"

# To standard output, for whoever runs the process. Query strings are not logged: no access log is kept here.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": "WARNING"},
    # Django's own set-up would send errors by mail as well.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
