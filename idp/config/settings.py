"""Django's settings, derived from the typed environment (`env.py`) and from nothing else.

Read in order: identity and secrets, what is installed, the path of a request, stores, people, pages, protocol.
"""

import os
from pathlib import Path

from idp.config.api_document import ACCOUNT_API_DOCUMENT
from idp.config.caches import cache_aliases
from idp.config.databases import database
from idp.config.env import load_environment
from idp.config.logging import configure_structlog, logging_config
from idp.config.oauth2 import oauth2_provider

BASE_DIR = Path(__file__).resolve().parents[2]
ENVIRONMENT = load_environment(os.environ)

# --- Identity and secrets: what the kernel reads from here by these names ---------------------------------------------
IDP_ISSUER = ENVIRONMENT.issuer
IDP_MODE = ENVIRONMENT.mode
IDP_ENCRYPTION_KEYS = {key.key_id: key.key for key in ENVIRONMENT.encryption_keys}
IDP_LOOKUP_KEY = ENVIRONMENT.lookup_key.key
IDP_ALLOW_CLIENTS_WITHOUT_PKCE = ENVIRONMENT.allow_clients_without_pkce
IDP_THROTTLE = ENVIRONMENT.throttle
IDP_FAST_PATH = ENVIRONMENT.fast_path
# Whether there are copies in Redis (`idp.copies`) that a change must void, whoever made them.
IDP_COPIES = ENVIRONMENT.uses_redis
IDP_TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
IDP_PLACE_FILE = ENVIRONMENT.place_file
IDP_PLACE_COUNTRY_HEADER = ENVIRONMENT.place_country_header
IDP_PLACE_CITY_HEADER = ENVIRONMENT.place_city_header
IDP_DEVICE_FINGERPRINT = ENVIRONMENT.device_fingerprint
IDP_ERASURE_DAYS = ENVIRONMENT.erasure_days
IDP_REMEMBER_DEVICE_DAYS = ENVIRONMENT.remember_device_days
IDP_STAFF_PAGES = ENVIRONMENT.has_staff_pages
IDP_DEMO_PAGES = ENVIRONMENT.has_demo_pages
IDP_OUTBOUND_ALLOW_HOSTS = ENVIRONMENT.outbound_allow_hosts
IDP_OUTBOUND_CA_FILE = ENVIRONMENT.outbound_ca_file
IDP_PASSKEY_RELATED_ORIGINS = ENVIRONMENT.passkey_related_origins
IDP_ANDROID_APPS = ENVIRONMENT.android_apps
IDP_IOS_APPS = ENVIRONMENT.ios_apps
IDP_APP_LINK_PATHS = ENVIRONMENT.app_link_paths
IDP_PASSKEY_STAFF_AAGUIDS = ENVIRONMENT.passkey_staff_aaguids
IDP_PASSKEY_METADATA_FILE = ENVIRONMENT.passkey_metadata_file
IDP_PASSKEY_METADATA_ROOT_FILE = ENVIRONMENT.passkey_metadata_root_file
IDP_UPSTREAMS = ENVIRONMENT.upstreams
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
DEBUG = False
ALLOWED_HOSTS = [ENVIRONMENT.issuer_host, "localhost", "127.0.0.1", "[::1]"]

# --- What is installed ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    # drf-api-logger, with our writer for its thread.
    "idp.request_log.apps.RequestLogConfig",
    # Ours stand before DOT: their first migration creates the models DOT would otherwise create itself.
    *(f"idp.{app}" for app in ("core", "copies", "audit", "outbox", "accounts", "joining")),
    *(f"idp.mfa.{kind}" for kind in ("one_time_code", "recovery_codes", "remembered_device", "totp", "webauthn")),
    "idp.recovery",
    "idp.login",
    "idp.oidc",
    "idp.privacy",
    "oauth2_provider",
    # Django's admin, for staff on this machine: a process that serves production never loads it.
    *(["idp.staff.apps.StaffConfig"] if IDP_STAFF_PAGES else []),
]

# --- The path of a request, outermost first ---------------------------------------------------------------------------
MIDDLEWARE = [
    "idp.core.unread_body.UnreadBodyMiddleware",
    "idp.core.request_context.RequestContextMiddleware",
    "idp.core.csp.SecurityHeadersMiddleware",
    "idp.core.language.LanguageMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "idp.request_log.middleware.RequestLogMiddleware",
    "idp.oidc.cors.CorsMiddleware",
    "idp.core.hosts.HostCheckMiddleware",
    "idp.core.browser.BrowserCookieMiddleware",
    "idp.login.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "idp.login.middleware.SsoSessionMiddleware",
    # Innermost, so that what a view raises is translated before any other middleware sees it.
    "idp.core.boundary.BoundaryMiddleware",
]
# Endpoints that programs call by the thousand and no page of ours ever does: for them no session is opened, no language chosen.
IDP_PROGRAM_PATHS = frozenset({"/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/userinfo"})
ROOT_URLCONF = "idp.config.urls"
WSGI_APPLICATION = "idp.config.wsgi.application"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
CSRF_FAILURE_VIEW = "idp.core.boundary.csrf_failed"

# --- Stores: SQL is the truth, the cache is a cache -------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(ENVIRONMENT)}
CACHES = cache_aliases(ENVIRONMENT)

# --- People: accounts, sessions, cookies ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# The first makes hashes; the others prove old ones, which are upgraded at that sign-in.
PASSWORD_HASHERS = [
    "idp.accounts.hashers.Argon2id",
    "idp.accounts.hashers.Pbkdf2Sha256",
    "idp.accounts.hashers.Pbkdf2Sha1",
    "idp.accounts.hashers.BcryptSha256",
    "idp.accounts.hashers.Scrypt",
]
# What a new password must be (`idp.accounts.password_policy`).
IDP_PASSWORD_MIN_LENGTH = ENVIRONMENT.password_min_length
IDP_PASSWORD_RANGE_URL = ENVIRONMENT.password_range_url
# What a new hash costs, and whether one of another kind or cost is replaced when its password is proven.
IDP_ARGON2 = ENVIRONMENT.argon2
IDP_UPGRADE_HASHES = ENVIRONMENT.upgrade_hashes
# Hashes are computed in a niced process beside the serving one (`idp.accounts.hashing`), not in a thread of it.
IDP_HASHING_PROCESS = True
# Sign-in is `idp.login`'s alone; no Django backend can let anybody in through another door.
AUTHENTICATION_BACKENDS: list[str] = []

# A `__Host-` cookie cannot be planted by a sibling host (RFC 6265bis §4.1.3.2). Over http, which only a loopback issuer
# may use, browsers would refuse it, so the prefix and the Secure flag go together.
_COOKIE_PREFIX = "__Host-" if ENVIRONMENT.is_https_issuer else ""
IDP_BROWSER_COOKIE_NAME = f"{_COOKIE_PREFIX}idp_browser"
IDP_DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}idp_device"
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}idp_session"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https_issuer
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_CACHE_ALIAS = "sessions"
# Without Redis nothing another process can change is cached, so sessions are read from SQL.
SESSION_ENGINE = "idp.login.session_store" if ENVIRONMENT.uses_redis else "idp.login.session_store_sql"
IDP_SESSION_IDLE_SECONDS = 12 * 3600
IDP_SESSION_ABSOLUTE_SECONDS = 30 * 24 * 3600
SESSION_COOKIE_AGE = IDP_SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}idp_csrf"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https_issuer
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Behind a TLS proxy Django sees http, while the browser's Origin says https.
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.issuer]

# --- Pages and files --------------------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        # The lists of the staff pages use templates of Django's admin.
        "APP_DIRS": IDP_STAFF_PAGES,
        "OPTIONS": {"context_processors": ["django.template.context_processors.csrf"], "string_if_invalid": ""},
    }
]
STATIC_URL = "/static/"
_BUILT = BASE_DIR / "frontend" / "dist"
STATIC_ROOT = _BUILT / "static"
STATICFILES_DIRS = [("styles", BASE_DIR / "frontend" / "styles"), *((part, _BUILT / part) for part in ("islands", "console"))]
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "idp" / "locale"]
TIME_ZONE = "UTC"

# --- APIs and protocol ------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["idp.core.api.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    # An API view that forgets to say who may use it lets nobody in.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "idp.core.boundary.drf_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "idp.core.api.AlwaysJSON",
}
SPECTACULAR_SETTINGS = ACCOUNT_API_DOCUMENT
OAUTH2_PROVIDER = oauth2_provider(issuer=ENVIRONMENT.issuer)
OAUTH2_PROVIDER_APPLICATION_MODEL = "oidc.Client"
OAUTH2_PROVIDER_GRANT_MODEL = "oidc.AuthorizationCode"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oidc.AccessToken"
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "oidc.RefreshToken"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "oidc.IDToken"
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "oidc.DeviceGrant"

# --- Request log: an allow-list, and metadata only (`idp.request_log`) --------------------------------------------------
# What is under a path that ends in a slash, or exactly a path. Introspection, UserInfo and the public documents are not here:
# they are reads that programs send by the thousand, and each call would be a write.
IDP_REQUEST_LOG_PATHS: tuple[str, ...] = ("/api/v1/", "/oauth2/token", "/oauth2/revoke")
IDP_REQUEST_LOG_QUEUE = 10_000
IDP_REQUEST_LOG_SECONDS = 1.0
IDP_REQUEST_LOG_DAYS = ENVIRONMENT.request_log_days
# The library's own switches. Its middleware reads neither bodies nor headers of ours; these say it a second time.
DRF_API_LOGGER_DATABASE = True
DRF_API_LOGGER_SIGNAL = False
DRF_API_LOGGER_POLICY = {"default": {"headers": False, "request_body": False, "response_body": False}}

# --- Mail and text messages, sent by the worker (`idp.outbox`) ------------------------------------------------------------
# Without a server nothing is mailed; the backend says so, should anything but the outbox try.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENVIRONMENT.mail_host else 'dummy'}.EmailBackend"
EMAIL_HOST = ENVIRONMENT.mail_host
EMAIL_PORT = ENVIRONMENT.mail_port
EMAIL_HOST_USER = ENVIRONMENT.mail_user
EMAIL_HOST_PASSWORD = ENVIRONMENT.mail_password.get_secret_value()
EMAIL_USE_TLS = ENVIRONMENT.mail_security == "starttls"
EMAIL_USE_SSL = ENVIRONMENT.mail_security == "tls"
# Of one step of the conversation; the whole of it has its own limit (`idp.outbox.channels.mail`).
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from or f"Fashionistar <no-reply@{ENVIRONMENT.issuer_host}>"
IDP_SMS_GATEWAY = ENVIRONMENT.text_gateway
IDP_SMS_URL = ENVIRONMENT.text_url
IDP_SMS_USER = ENVIRONMENT.text_user
IDP_SMS_SECRET = ENVIRONMENT.text_secret.get_secret_value()
IDP_SMS_FROM = ENVIRONMENT.text_from

# --- Logging ----------------------------------------------------------------------------------------------------------
LOGGING = logging_config(ENVIRONMENT.log_level)
configure_structlog()
