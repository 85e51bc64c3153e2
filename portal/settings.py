"""Every setting, from the environment. Bad values are found by portal/checks.py."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


def text(name: str, default: str = "") -> str:
    """A value, or the content of the file named by NAME_FILE (secrets of containers)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.lstrip("-").isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(name: str, *, pool: bool = False) -> dict[str, object]:
    """A PostgreSQL address: postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(text(name, "postgresql:///changeover"))
    if not parts.scheme.startswith("postgres"):
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address.")
    asked = AS_WRITTEN | {key: values[-1] for key, values in parse_qs(parts.query).items()}
    options: dict[str, object] = {"pool": {"min_size": 0, "max_size": 8}} if pool else {}
    options |= {key: value for key, value in asked.items() if key not in ("host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "changeover",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.get("host", parts.hostname or ""),
        "PORT": asked.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


# Core
BASE_DIR = Path(__file__).resolve().parent.parent
STATE = Path(text("PORTAL_STATE", str(BASE_DIR / "var"))).resolve()
PRODUCTION, DEMO, DEBUG = flag("PRODUCTION"), flag("DEMO"), False
SECRET_KEY = text("SECRET_KEY", "" if PRODUCTION else "only-for-tests-and-commands-alone")
PUBLIC_URL = text("PUBLIC_URL", f"http://127.0.0.1:{number('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = listed("ALLOWED_HOSTS", urlsplit(PUBLIC_URL).hostname or "")
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS, CSRF_FAILURE_VIEW = [PUBLIC_URL], "portal.views.failing.old_form"
ROOT_URLCONF, WSGI_APPLICATION = "portal.urls", "portal.wsgi.application"
RUN_ID = text("RUN_ID")
TYPESETTER = text("TYPESETTER")  # its socket; empty: each process that makes papers starts one
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Apps and middleware, in the order of a request
INSTALLED_APPS = [
    "portal",
    "appliances",
    "upgrades",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "portal.middleware.RequestLog",
    "portal.middleware.Compression",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.ContentSecurity",
    "portal.unsent.Measured",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.middleware.Reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.SessionLimits",
    "portal.middleware.ReaderLanguage",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.Answers",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms/ are ours
# Data: the app serves, the owner migrates, staff reads across customers
AS_WRITTEN = {"options": "-c join_collapse_limit=4"}  # weighing more orders takes longer than joins
DATABASES = {
    "default": database("DATABASE_URL", pool=flag("DATABASE_POOL")),
    "owner": database("DATABASE_OWNER_URL"),
    "staff": database("DATABASE_STAFF_URL", pool=flag("DATABASE_POOL")),
}
DATABASE_ADMIN_URL = text("DATABASE_ADMIN_URL")
KEY_RING = Path(text("KEY_RING", str(STATE / "keys.json")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": text("FILES", str(STATE / "files")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL, WHITENOISE_MANIFEST_STRICT = "/static/", False
STATIC_ROOT = Path(text("STATIC_ROOT", str(STATE / "static")))
FILE_UPLOAD_HANDLERS = ["portal.services.uploads.PrivateFolder"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
BODY_LIMIT = 70_000_000  # the largest file that any page takes, and the form around it
EVIDENCE_LIMIT = number("EVIDENCE_LIMIT", 15_000_000)
BACKUP_LIMIT = number("BACKUP_LIMIT", 2_000_000_000)

# Sign-in and sessions
AUTH_USER_MODEL = "portal.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]  # fmt: skip
BREACHED_PASSWORDS_URL = text("BREACHED_PASSWORDS_URL")  # of a range query; "": none
SECOND_STEP_FOR_STAFF = flag("SECOND_STEP_FOR_STAFF", default=PRODUCTION)
# Staff may sign in at the vendor's own OpenID provider. ACR: its levels that mean several factors.
STAFF_OIDC_ISSUER, STAFF_OIDC_CLIENT_ID = text("STAFF_OIDC_ISSUER"), text("STAFF_OIDC_CLIENT_ID")
STAFF_OIDC_CLIENT_SECRET = text("STAFF_OIDC_CLIENT_SECRET")
STAFF_OIDC_DOMAINS, STAFF_OIDC_ACR = listed("STAFF_OIDC_DOMAINS"), listed("STAFF_OIDC_ACR")
LOGIN_URL, LOGIN_REDIRECT_URL = "portal:sign-in", "/"
SESSION_ENGINE, SESSION_COOKIE_AGE = "portal.services.session_store", 12 * 3600
SECURE_COOKIES = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0)

# Languages and time
USE_I18N = USE_TZ = True
TIME_ZONE, LANGUAGE_CODE = "UTC", "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("tr", _("Turkish"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_AGE = "language", 31_536_000

# Appliances
SIMULATOR_URL, SIM_CONTROL_KEY = text("SIMULATOR_URL"), text("SIM_CONTROL_KEY")
ALLOW_PRIVATE_ADDRESSES = flag("ALLOW_PRIVATE_ADDRESSES")
SCALED_CLOCK = DEMO and bool(SIMULATOR_URL) and not PRODUCTION
DEMO_SPEED, SANDBOX_DAYS = number("DEMO_SPEED", 3600), number("SANDBOX_DAYS", 30)
READS_A_MINUTE = number("READS_A_MINUTE", 120)  # hourly reads of appliances, over all workers
ERASURE_DAYS = number("ERASURE_DAYS", 14)  # from asking that a customer be erased, at least
EXPORT_DAYS, EXPORTS_A_DAY = number("EXPORT_DAYS", 3), number("EXPORTS_A_DAY", 3)
RETURN_DAYS = number("RETURN_DAYS", 10)  # from confirming the new one to the old one's day
ESCALATE_MINUTES = listed("ESCALATE_MINUTES", "10,60,480")  # (services/escalating)
SUPPORT_CONTACT = text("SUPPORT_CONTACT")  # whom to call; in mails and on paper

# Background work: doorbells only
CELERY_BROKER_URL = REDIS_URL = text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT, CELERY_TASK_ACKS_LATE = True, False
CELERY_WORKER_PREFETCH_MULTIPLIER, CELERY_WORKER_HIJACK_ROOT_LOGGER = 1, False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120, "socket_timeout": 5, "socket_connect_timeout": 2,
}  # fmt: skip
CELERY_TASK_ROUTES = {
    "portal.send_due_webhooks": {"queue": "webhooks"}, "portal.*": {"queue": "mail"},
    "upgrades.*": {"queue": "steps"},
}  # fmt: skip
CELERY_TASK_DEFAULT_QUEUE, CELERY_TIMEZONE = "steps", "UTC"
CELERY_BEAT_SCHEDULE = {
    "steps": {"task": "upgrades.ring", "schedule": 2.0},
    "sweep": {"task": "upgrades.sweep", "schedule": 30.0},
    "mail": {"task": "portal.send_due_mail", "schedule": 5.0, "kwargs": {"rung_by": "beat"}},
    "webhooks": {"task": "portal.send_due_webhooks", "schedule": 5.0},
    "daily": {"task": "portal.clean_up", "schedule": 3600.0},
    "returns": {"task": "appliances.remind_of_returns", "schedule": 3600.0},
    "clocks": {"task": "upgrades.follow_clocks", "schedule": 3600.0},
    "base": {"task": "appliances.ask_for_base_versions", "schedule": 3600.0},
}

# Mail
_mail = urlsplit(text("EMAIL_URL", "file:"))
_kind = "filebased" if _mail.scheme == "file" else "smtp"
EMAIL_BACKEND = f"django.core.mail.backends.{_kind}.EmailBackend"
EMAIL_FILE_PATH = STATE / "mail"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "127.0.0.1", _mail.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = _mail.scheme == "smtp+tls", 20
DEFAULT_FROM_EMAIL = text("MAIL_FROM", "Changeover <changeover@localhost>")

# API
API_CALLS_A_MINUTE = number("API_CALLS_A_MINUTE", 3000)  # of one key; 0: any number
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.permissions.Needs"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.errors.problem",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Changeover", "VERSION": "1", "OAS_VERSION": "3.1.1", "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["portal.api.hook_document.describe", "portal.api.contract.tidy"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}  # fmt: skip

# Logs: one JSON object a line, allow-listed fields, no bodies
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
