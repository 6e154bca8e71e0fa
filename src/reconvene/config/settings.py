"""Django's settings. Everything that differs between installations comes from config.environment."""

import os
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as messages

from reconvene.base.translation import gettext as _
from reconvene.config import environment

DEMO = os.environ.get("RECONVENE_DEMO") == "1"
TESTING = os.environ.get("RECONVENE_TESTING") == "1"
DEBUG = False

ORIGIN = environment.read("RECONVENE_ORIGIN").rstrip("/")
SECRET_KEY = os.environ.get("RECONVENE_SECRET_KEY", "")
if DEMO and urlsplit(ORIGIN).hostname not in ("localhost", "127.0.0.1"):
    raise environment.UnsafeSettings(_("The demo lets anybody become anybody, so it only runs on localhost."))
if not (DEMO or TESTING):
    environment.refuse_unsafe(secret_key=SECRET_KEY, origin=ORIGIN)
if not SECRET_KEY:
    SECRET_KEY = "only-for-the-demo-and-the-tests-" + "0" * 40

SECURE = ORIGIN.startswith("https://")
ALLOWED_HOSTS = [urlsplit(ORIGIN).hostname or "localhost", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "reconvene.console",
    "reconvene.rollout",
    "reconvene.home",
    "reconvene.integrations",
    "reconvene.rooms",
    "reconvene.surveys",
    "reconvene.practice",
    "reconvene.releases",
    "reconvene.forming",
    "reconvene.scheduling",
    "reconvene.programmes",
    "reconvene.groups",
    "reconvene.challenges",
    "reconvene.playbook",
    "reconvene.guides",
    "reconvene.notices",
    "reconvene.availability",
    "reconvene.people",
    "reconvene.base",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "template_partials",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
]
if DEMO:
    INSTALLED_APPS.insert(0, "reconvene.demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "reconvene.base.middleware.TenancyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reconvene.rooms.middleware.DeviceMiddleware",
    "reconvene.base.middleware.SignedOutMiddleware",
    "reconvene.base.middleware.OnlyFormsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "reconvene.config.urls"
ASGI_APPLICATION = "reconvene.config.asgi.application"
CSRF_FAILURE_VIEW = "reconvene.base.views.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reconvene.base.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "reconvene.base.templatetags.design", "template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL") or "postgresql://reconvene@/reconvene")}
if not TESTING:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # after the database was away, the pool gives out no dead connection
    DATABASES["default"]["OPTIONS"] = {**dict(DATABASES["default"]["OPTIONS"]), "pool": {"min_size": 1, "max_size": 12, "timeout": 3}}  # type: ignore[call-overload]
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_reconvene_{os.getpid()}"}  # several test runs may share one server
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["reconvene.people.sign_in.Backend"]
LOGIN_URL = "demo" if DEMO else "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_request_login_code"
ACCOUNT_ADAPTER = "reconvene.people.sign_in.Adapter"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "reconvene_session"
CSRF_COOKIE_NAME = "reconvene_csrf"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does it; the program itself only speaks plain HTTP on loopback
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PROXIES = environment.proxies()
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique among active people; see Person.Meta
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # 500 topics are arranged on one page, with three boxes each and a name for ours
DATA_UPLOAD_MAX_NUMBER_FILES = 400  # guides come 200 at once, and whoever brings more is told so
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
MESSAGE_TAGS = {messages.SUCCESS: "good", messages.INFO: "", messages.WARNING: "wait", messages.ERROR: "stop"}
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = environment.var_folder() / "static"  # filled by config.serving when the program starts
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if TESTING:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

globals().update(environment.mail(environment.read("RECONVENE_MAIL_URL")))
MAILBOX_URL = environment.mailbox(os.environ.get("RECONVENE_MAILBOX_URL", ""))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.sender(environment.read("RECONVENE_MAIL_FROM"))
EMAIL_FILE_PATH = str(environment.var_folder() / "demo-mail")  # read by the demo's mailbox page
if DEMO and not os.environ.get("RECONVENE_MAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"

INSIDE_HOSTS = environment.inside_hosts()
SMS_SENDER = environment.optional("RECONVENE_SMS_SENDER")
OUTGOING_PROXY = environment.outgoing_proxy()
EMBEDDING_URL, EMBEDDING_MODEL = environment.embedding(), environment.optional("RECONVENE_EMBEDDING_MODEL")
EMBEDDING_KEY = environment.optional("RECONVENE_EMBEDDING_KEY")
GOOGLE_CLIENT, GOOGLE_SECRET = environment.optional("RECONVENE_GOOGLE_CLIENT"), environment.optional("RECONVENE_GOOGLE_SECRET")
MICROSOFT_CLIENT, MICROSOFT_SECRET = environment.optional("RECONVENE_MICROSOFT_CLIENT"), environment.optional("RECONVENE_MICROSOFT_SECRET")
MICROSOFT_TENANT = environment.read("RECONVENE_MICROSOFT_TENANT")

GUIDES_FOLDER = environment.ROOT / "guides"
TEXT_FOLDER = (
    environment.ROOT / "var" if DEMO or TESTING else environment.var_folder()
) / "text"  # what guides.finding has learnt; the same for every demo
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"secrets": {"()": "reconvene.base.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": environment.log_level()},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "uvicorn.error": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it notes whole addresses, and that of a calendar is a secret
        "httpcore": {"level": "WARNING"},
    },
}
