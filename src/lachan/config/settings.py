"""Django settings, all derived from :mod:`lachan.config.conf`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from lachan.access import django_settings as access
from lachan.config import conf as _conf
from lachan.config.logs import logging_settings
from lachan.kernel.embedded import EmbeddedServer

CONF = _conf.load()
PACKAGE = Path(__file__).resolve().parent.parent

LACHAN_DEMO = CONF.demo
LACHAN_SECOND_FACTOR = CONF.second_factor == "required"
SECRET_KEY = CONF.secret_key
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in CONF.hosts.split(",")]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    *access.APPS,
    "lachan.kernel",
    "lachan.places",
    "lachan.access",
    "lachan.people",
    "lachan.immunization",
    "lachan.surveillance",
    "lachan.tracing",
    "lachan.certificates",
    "lachan.analytics",
    "lachan.forecasting",
    "lachan.exchange",
    "lachan.rest",
    "lachan.web",
    "lachan.config",
]

MIDDLEWARE = [
    "lachan.rest.middleware.ApiFastLane",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lachan.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lachan.web.middleware.NoNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *access.MIDDLEWARE,
]

ROOT_URLCONF = "lachan.config.urls"
WSGI_APPLICATION = "lachan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lachan.web.context.shell",
            ]
        },
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlparse(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "lachan",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # reference data may first be read inside a pipeline, where a server-side cursor cannot be opened
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            **query,
            "options": f"-c statement_timeout={CONF.statement_timeout_ms} -c idle_in_transaction_session_timeout=60000",
        },
        "TEST": {"NAME": "test_lachan"},
    }


EMBEDDED = None if CONF.database_url else EmbeddedServer(CONF.data_dir.resolve())
DATABASE_URL = CONF.database_url or EMBEDDED.dsn()  # type: ignore[union-attr]
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lachan_language"
LOCALE_PATHS = sorted(path.parent for path in PACKAGE.glob("*/locale/**/vi"))  # a catalogue a room, or one a topic
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONF.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = None  # files are served from where they lie: no collecting step
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = CONF.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONF.https else None
ALLAUTH_TRUSTED_PROXY_COUNT = CONF.trusted_proxies  # whose word is taken for where a visitor comes from
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, in plain http
SECURE_HSTS_SECONDS = 31_536_000 if CONF.https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "lachan.web.parts.shell.errors.csrf_failure"
FILE_UPLOAD_HANDLERS = [
    "lachan.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_100  # a head signs 1,000 doses with one gesture, two fields each and a few more

LOGGING_CONFIG = None
logging_settings(CONF.log_level)

LACHAN_API = "lachan.rest.api.api"  # for the command line, which knows no other face

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

globals().update(access.SETTINGS)
