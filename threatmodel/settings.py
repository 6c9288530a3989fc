"""Settings, read once from the environment, from top to bottom.

Everything has a default that works for one machine, so that commands without a server (`assess`,
`convert`, `report`, `attack`, `catalog`) import this with an empty environment. A bad value stops
the process at start and names the variable.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from threatmodel import languages, logs
from threatmodel.release import VERSION

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str) -> bool:
    """A yes or no variable: '1' or '0', absent means no."""
    text = os.environ.get(name, "0")
    if text not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not '{text}'")
    return text == "1"


def number(name: str, default: int) -> int:
    """A whole number of at least zero."""
    text = os.environ.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not '{text}'")
    return int(text)


def secret(name: str, file: Path) -> str:
    """A secret from the variable, else from its file, else one that lives as long as we do."""
    text = os.environ.get(name, "")
    if not text and file.exists():
        text = file.read_text().strip()
    if not text:
        return secrets.token_urlsafe(64)
    if len(text) < 50:
        raise ImproperlyConfigured(f"{name} must have at least 50 characters")
    return text


# Where we are

DEBUG = flag("DEBUG")
HOST = os.environ.get("HOST", "127.0.0.1")
PORT = number("PORT", 8000)
BASE_URL = os.environ.get("BASE_URL", "").rstrip("/") or f"http://{HOST}:{PORT}"
DATA_DIR = Path(os.environ.get("DATA_DIR", "") or BASE_DIR / "data").resolve()
REDIS_URL = os.environ.get("REDIS_URL", "") or "redis://127.0.0.1:6379/0"
SECRET_KEY = secret("SECRET_KEY", DATA_DIR / "secret-key")
ALLOW_BASIC_SANDBOX = flag("ALLOW_BASIC_SANDBOX")
MODEL_CALL_SECONDS = number("MODEL_CALL_SECONDS", 60)
# Exact `host:port` of ours that may be called although they lie inside, with commas between.
ALLOWED_ADDRESSES = frozenset(os.environ.get("ALLOWED_ADDRESSES", "").lower().split(",")) - {""}
AUTHORITIES_FILE = os.environ.get("AUTHORITIES_FILE", "")

_site = urlsplit(BASE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname:
    raise ImproperlyConfigured(f"BASE_URL must be an http or https address, not '{BASE_URL}'")
HTTPS = _site.scheme == "https"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ALLOWED_HOSTS = sorted({_site.hostname, HOST, *_LOOPBACK} - {"0.0.0.0"})  # noqa: S104 - taken out
# Origins that may open a socket or send a form: our own address, and on one machine its names.
ORIGINS = sorted({BASE_URL} | (set() if HTTPS else {f"http://{n}:{PORT}" for n in _LOOPBACK}))
CSRF_TRUSTED_ORIGINS = ORIGINS

# Parts

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_vite",
    "rest_framework",
    "drf_spectacular",
    "threatmodel.apps.ThreatmodelConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "threatmodel.middleware.addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "threatmodel.middleware.answers",
]

ROOT_URLCONF = "threatmodel.urls"
ASGI_APPLICATION = "threatmodel.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# What is kept

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_SQLITE = f"sqlite:///{DATA_DIR / 'bartizan.sqlite3'}"
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "") or _SQLITE, conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A deferred transaction that reads before it writes fails at once under other writers.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    # A file, since tests write from several threads as the server does.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "threatmodel.uploads.LaidAside",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.exists()]
WHITENOISE_USE_FINDERS = True  # the built editor is served where Vite wrote it
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "editor",
        "manifest_path": BASE_DIR / "static" / "editor" / "manifest.json",
    }
}

# Who comes in

AUTHENTICATION_BACKENDS = ["threatmodel.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {}),
        ("CommonPasswordValidator", {}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "threatmodel.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bartizan"
# Nobody signs up from outside, so an address that nobody confirmed keeps no one else out.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SIGNIN_LINK_MINUTES = 15
INVITE_DAYS = 7
# No mail server is needed. Without one, mails about accounts, which let people in, lie in a folder
# that only the operator reads, and reminders, which do not, go to the log.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "") or f"Bartizan <bartizan@{_site.hostname}>"
_MAIL = "django.core.mail.backends"
EMAIL_BACKEND = f"{_MAIL}.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
REMINDER_BACKEND = EMAIL_BACKEND if EMAIL_HOST else f"{_MAIL}.console.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"

SESSION_ENGINE = "threatmodel.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # pages hand the editor its token
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # React Flow places what it draws by style attributes; style elements stay forbidden.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        # Browsers take no IPv6 address in a policy's source.
        "connect-src": [SELF, *(o.replace("http", "ws", 1) for o in ORIGINS if "[" not in o)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# REST

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "threatmodel.api.authentication.Bearer",
        "threatmodel.api.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["threatmodel.api.parsers.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["threatmodel.api.renderers.FastJSON"],
    "DEFAULT_SCHEMA_CLASS": "threatmodel.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["threatmodel.api.throttles.PerPerson"],
    "DEFAULT_THROTTLE_RATES": {
        "person": "1200/min",
        "import": "20/min",
        "token": "20/hour",
        "upload": "30/hour",
        "run": "60/hour",
        "report": "30/hour",
    },
    "EXCEPTION_HANDLER": "threatmodel.api.errors.answer",
    "NUM_PROXIES": 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Bartizan",
    "DESCRIPTION": "Threat models of machine-learning systems: draw, assess, measure, report.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "Level": "threatmodel.api.decisions.LEVELS",
        "Role": "threatmodel.models.person.Role",
        "DatasetRole": "threatmodel.api.evidence.ROLES",
    },
}

# Rooms: hints between processes. redis-py 8 would cut off an idle reader after five seconds.

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "bartizan"},
    }
}

# Jobs: a message carries an id, the database the truth; a lost worker's job is sent again.

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = CELERY_RESULT_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_DEFAULT_QUEUE = "light"
CELERY_TASK_ROUTES = {
    "threatmodel.tasks.run_test": {"queue": "tests"},
    "threatmodel.tasks.ask_endpoint": {"queue": "endpoint"},
    "threatmodel.tasks.make_report": {"queue": "reports"},
    "threatmodel.tasks.deliver": {"queue": "endpoint"},
    "threatmodel.tasks.read_tickets": {"queue": "endpoint"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "threatmodel.tasks.sweep", "schedule": 30.0},
    "advance-clock": {"task": "threatmodel.tasks.advance_clock", "schedule": 3600.0},
    "read-tickets": {"task": "threatmodel.tasks.read_tickets", "schedule": 3600.0},
}

# Language, time, log

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(os.environ.get("LOCALE_DIR", "") or DATA_DIR / "locale").resolve()]
SPOKEN = languages.found(LOCALE_PATHS[0])
LANGUAGES = [languages.ENGLISH, *((one.code, one.name) for one in SPOKEN)]
TIME_ZONE = "UTC"
LOGGING = logs.CONFIGURATION
