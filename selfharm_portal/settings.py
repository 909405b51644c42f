"""Every setting, read once from the environment; safe when nothing is set. `.env.example` lists what is read."""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from selfharm_portal import embedded_database

BASE_DIR = Path(__file__).resolve().parent.parent
#: Everything that the running portal writes: database, e-mails, key, collected static files.
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def local_secret_key() -> str:
    """A random key for this checkout, made once, readable by its owner only."""
    path = VAR_DIR / "secret-key"
    VAR_DIR.mkdir(exist_ok=True)
    try:
        # Written aside and linked, so that two first starts at once read one whole key.
        aside = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(os.urandom(48).hex())
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PORT = env.int("PORT", default=8000)
#: Where links in e-mails lead.
PORTAL_URL = env.str("PORTAL_URL", default="") or f"http://127.0.0.1:{PORT}"

INSTALLED_APPS = [
    "selfharm_portal.pages",  # before django.contrib.admin, whose templates it replaces
    "selfharm_portal.accounts",
    "resources",
    "sites",  # so django.contrib.sites, which has this label too, is never installed
    "measures",
    "selfharm_portal.pages.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "selfharm_portal.urls"
WSGI_APPLICATION = "selfharm_portal.wsgi.application"

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
                "selfharm_portal.pages.context_processors.portal",
            ],
        },
    },
]

#: Where the embedded PostgreSQL keeps its data; None where DATABASE_URL names a server.
EMBEDDED_DATABASE = None if env.str("DATABASE_URL", default="") else VAR_DIR / "database"
DATABASES = {
    "default": {
        **(
            env.db_url_config(embedded_database.url(EMBEDDED_DATABASE))
            if EMBEDDED_DATABASE
            else env.db_url("DATABASE_URL")
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: What the first load of content makes of an empty database; the row that it writes decides from then on.
DEMONSTRATION = env.bool("DEMONSTRATION", default=EMBEDDED_DATABASE is not None)

# What processes share (rate limits) lives in the database, which every process has.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "selfharm_portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # NCISH makes the accounts, with addresses that it knows
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets a letter about an account that they do not have
ACCOUNT_SESSION_REMEMBER = True  # two weeks, as the page on cookies says; no box to tick

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # public pages set no cookie

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
FORMS_URLFIELD_ASSUME_HTTPS = True  # as Django 6 does; drop it then
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587; files in var/mail when nothing is set.
_email = env.email_url_config(env.str("EMAIL_URL", default="") or "filemail://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Self-harm community care portal <portal@localhost>")
#: Who reads what is sent by "ask NCISH", and hears that a month has arrived.
NCISH_EMAIL = env.str("NCISH_EMAIL", default="ncish@localhost")

CRISPY_ALLOWED_TEMPLATE_PACKS = ["nhsuk"]
CRISPY_TEMPLATE_PACK = "nhsuk"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # DEBUG is off, so that Django's own console handler is silent: its faults go to the root's.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
