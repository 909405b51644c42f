"""Every setting, read once from the environment; safe when nothing is set. `.env.example` lists what is read."""

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.http.request import validate_host

from selfharm_portal import embedded_database
from selfharm_portal.environment import Environment, Mistake

BASE_DIR = Path(__file__).resolve().parent.parent
#: Everything that the running portal writes: database, e-mails, key, collected static files.
VAR_DIR = BASE_DIR / "var"

env = Environment.with_file(BASE_DIR / ".env")


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


DEBUG = env.switch("DEBUG", default=False)
SECRET_KEY = env.secret_key("SECRET_KEY") or local_secret_key()

#: Where the server listens; `manage.py serve` reads both.
HOST = env.ip_address("HOST", default="127.0.0.1")
PORT = env.number("PORT", default=8000, lowest=1, highest=65535)
#: Where people find the portal, and links in e-mails lead.
PORTAL_URL = env.web_address("PORTAL_URL", default=f"http://127.0.0.1:{PORT}")
_name_in_portal_url = urlsplit(PORTAL_URL).netloc.removesuffix(f":{urlsplit(PORTAL_URL).port}").lower()
ALLOWED_HOSTS = env.host_names("ALLOWED_HOSTS") or [
    *("127.0.0.1", "localhost", "[::1]"),
    *({_name_in_portal_url} - {"127.0.0.1", "localhost", "[::1]"}),
]
if env.text("PORTAL_URL") and not validate_host(_name_in_portal_url, ALLOWED_HOSTS):
    raise Mistake(f"ALLOWED_HOSTS leaves out {_name_in_portal_url}, the name in PORTAL_URL: nobody would get in.")

#: Another server speaks HTTPS with people and hands on to us: docs/operations.md.
BEHIND_HTTPS = env.switch("BEHIND_HTTPS", default=False)
#: Whose X-Forwarded-For, X-Forwarded-Proto and X-Request-ID are believed (selfharm_portal/proxies.py).
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", default=["127.0.0.1", "::1"] if BEHIND_HTTPS else [])
if not ipaddress.ip_address(HOST).is_loopback and not BEHIND_HTTPS:
    raise Mistake(
        f"HOST is {HOST}, where other machines can reach the portal, and BEHIND_HTTPS is off: passwords would travel "
        "for all to read. Put a server with HTTPS in front and set BEHIND_HTTPS=True, or leave HOST at 127.0.0.1."
    )
if BEHIND_HTTPS and DEBUG:
    raise Mistake("DEBUG and BEHIND_HTTPS are both on: pages with details of a fault are for developers' eyes only.")
if BEHIND_HTTPS and not PORTAL_URL.startswith("https://"):
    raise Mistake(f"PORTAL_URL is {PORTAL_URL}; with BEHIND_HTTPS it has to be set, and to begin with https://.")

_hsts_seconds = env.number("HSTS_SECONDS", default=31_536_000, lowest=1, highest=63_072_000)
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from nearby, without a server in front
    SECURE_HSTS_SECONDS = _hsts_seconds
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Not SECURE_HSTS_PRELOAD, which takes months to undo: whoever owns the domain decides.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS

INSTALLED_APPS = [
    "selfharm_portal.pages",  # before django.contrib.admin, whose templates it replaces
    "selfharm_portal.accounts",
    "selfharm_portal.history",
    "selfharm_portal.uploads",
    "resources",
    "sites",  # so django.contrib.sites, which has this label too, is never installed
    "measures",
    "selfharm_portal.pages.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "selfharm_portal.proxies.ProxyMiddleware",  # first: all others see who asks, not who hands on
    "selfharm_portal.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "selfharm_portal.headers.middleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "selfharm_portal.limits.LimitsMiddleware",  # inside what gives its refusals their headers
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "selfharm_portal.compression.PageCompressionMiddleware",  # outside whatever changes a page
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "selfharm_portal.history.attribution.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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

_named_database = env.database("DATABASE_URL")
#: Where the embedded PostgreSQL keeps its data; None where DATABASE_URL names a server.
EMBEDDED_DATABASE = None if _named_database else VAR_DIR / "database"
DATABASES = {
    "default": {
        **(_named_database or environ.Env.db_url_config(embedded_database.url(VAR_DIR / "database"))),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: What the first load of content makes of an empty database; the row that it writes decides from then on.
DEMONSTRATION = env.switch("DEMONSTRATION", default=EMBEDDED_DATABASE is not None)

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
ACCOUNT_FORMS = {
    "login": "selfharm_portal.accounts.forms.LoginForm",
    "change_password": "selfharm_portal.accounts.forms.ChangePasswordForm",
    "reset_password": "selfharm_portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "selfharm_portal.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "selfharm_portal.accounts.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # NCISH makes the accounts, with addresses that it knows
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets a letter about an account that they do not have
# For each address of the internet, which a whole hospital may share: selfharm_portal/pages/pace.py.
ACCOUNT_RATE_LIMITS = {"write_to_ncish": "30/h/ip", "invite": "30/h/user"}
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
_email = env.mail_server("EMAIL_URL", default="filemail://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", default="Self-harm community care portal <portal@localhost>")
#: Who reads what is sent by "ask NCISH", and hears that a month has arrived.
NCISH_EMAIL = env.mailbox("NCISH_EMAIL", default="ncish@localhost")

#: How many months in a row make a shift or a trend on every chart: measures/spc.py.
RUN_POINTS = env.number("RUN_POINTS", default=7, lowest=6, highest=7)

#: Whether links may lead to this machine and to other ports. For tests, whose servers are here.
CHECK_LOOPBACK_LINKS = env.switch("CHECK_LOOPBACK_LINKS", default=False)

#: Who is asked about a DOI, and about a PubMed number.
CROSSREF_URL = env.web_address("CROSSREF_URL", default="https://api.crossref.org")
EUROPE_PMC_URL = env.web_address("EUROPE_PMC_URL", default="https://www.ebi.ac.uk")

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
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our pages: selfharm_portal/headers.py
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "measures.kept_typing.csrf_failure"
#: The largest body that is looked at anywhere: selfharm_portal/limits.py, which says where, and reads it into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
#: Where uploaded files are kept, for nobody but the portal: selfharm_portal/uploads/storing.py.
UPLOADS_DIR = env.folder("UPLOADS_DIR", default=VAR_DIR / "uploads")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "selfharm_portal.logs.RequestFilter"}},
    "formatters": {
        "line": {"()": "selfharm_portal.logs.LineFormatter"},
        "json": {"()": "selfharm_portal.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request"],
            "formatter": env.choice("LOG_FORMAT", default="line", choices=["line", "json"]),
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # DEBUG is off, so that Django's own console handler is silent: its faults go to the root's.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}

env.refuse_unknown()
