"""Every setting that comes from the environment, in one place. `docs/operations/settings.md` is written from `SETTINGS`.

Read by config.settings and config.cli. Unsafe values in production refuse to start with a sentence.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from reconvene.base.translation import gettext as _

ROOT = Path(__file__).resolve().parents[3]
PREPARED_FROM = 2  # how often a connection asks the same before the server keeps the plan; planning is most of what the database does
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class UnsafeSettings(Exception):
    """The environment asks for something that must not run; the message names the variable and the remedy."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default as shown to people, and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("DATABASE_URL", "embedded", "PostgreSQL 15 or newer, as a role without superuser rights. Unset: the embedded server."),
    Setting("RECONVENE_SECRET_KEY", "none", "At least 50 random characters. Signs sessions and links. Required outside the demo."),
    Setting("RECONVENE_ORIGIN", "http://localhost:8000", "The address people use, for links in mail. https outside this machine."),
    Setting("RECONVENE_MAIL_URL", "smtp://localhost:25", "smtp://, smtps:// or smtp+tls://, with user and password if needed."),
    Setting("RECONVENE_MAIL_FROM", "reconvene@localhost", "Sender of every message and organiser of calendar entries."),
    Setting("RECONVENE_MAILBOX_URL", "none", "Where messages come back to: imaps:// or imap+tls://, with user, password and folder."),
    Setting("RECONVENE_VAR", "var", "Folder for everything the program writes: embedded database, demo mail."),
    Setting("RECONVENE_PROXIES", "0", "Number of reverse proxies in front that set X-Forwarded-Proto and X-Forwarded-For."),
    Setting("RECONVENE_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Setting(
        "RECONVENE_INSIDE_HOSTS",
        "none",
        "Servers inside the company that calendars and channels may ask, by host name, separated by commas.",
    ),
    Setting("RECONVENE_SMS_SENDER", "none", "A class of your own that hands over text messages, like company.texting.Sender."),
    Setting("RECONVENE_OUTGOING_PROXY", "none", "Proxy through which servers outside are asked."),
    Setting(
        "RECONVENE_EMBEDDING_URL",
        "none",
        "Your own embedding service (OpenAI-compatible), like https://models.company.example/v1. Reads challenges.",
    ),
    Setting("RECONVENE_EMBEDDING_MODEL", "none", "Which model it is asked for."),
    Setting("RECONVENE_EMBEDDING_KEY", "none", "The key that it wants, if it wants one."),
    Setting("RECONVENE_GOOGLE_CLIENT", "none", "Client id of this installation at Google; offers Google Calendar."),
    Setting("RECONVENE_GOOGLE_SECRET", "none", "The client secret that belongs to it."),
    Setting("RECONVENE_MICROSOFT_CLIENT", "none", "Application id at Microsoft Entra; offers Microsoft 365."),
    Setting("RECONVENE_MICROSOFT_SECRET", "none", "The client secret that belongs to it."),
    Setting("RECONVENE_MICROSOFT_TENANT", "organizations", "Whose accounts may be used at Microsoft: the id of your directory."),
)


SETTINGS_FILE = "settings.env"
OUR_OWN = ("RECONVENE_TESTING", "RECONVENE_DEMO")  # what the program sets for itself


def written(path: Path) -> dict[str, str]:
    """The settings in a file of lines like NAME=value, whether they are known or not; comments and empty lines are none."""
    lines = path.read_text().splitlines() if path.exists() else ()
    parts = (line.partition("=") for line in lines if not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, equals, value in parts if equals}


def unknown(names: Iterable[str]) -> dict[str, str]:
    """Those of the names that no setting has, each with the one that may be meant, or ""."""
    known = [setting.name for setting in SETTINGS]
    strange = sorted(set(names) - {*known, *OUR_OWN})
    return {name: next(iter(get_close_matches(name, known, n=1)), "") for name in strange}


def sender(text: str) -> str:
    """The sender of messages, as it was given. Raises UnsafeSettings for what is no mail address."""
    name, at, domain = parseaddr(text)[1].rpartition("@")
    if not (name and at and domain) or " " in name + domain:
        raise UnsafeSettings(_("RECONVENE_MAIL_FROM must be a mail address, like reconvene@example.com."))
    return text


def read(name: str) -> str:
    """The variable's value, or its default; only names listed in SETTINGS are read."""
    setting = next(setting for setting in SETTINGS if setting.name == name)
    return os.environ.get(name, "") or setting.default


def proxies() -> int:
    """How many proxies stand in front. Raises UnsafeSettings when it is not a number."""
    text = read("RECONVENE_PROXIES")
    if not text.isdecimal():
        raise UnsafeSettings(_("RECONVENE_PROXIES must be a number, 0 or more, not %(given)s.") % {"given": repr(text)})
    return int(text)


def optional(name: str) -> str:
    """The value of a variable that may be left out; "" then."""
    return os.environ.get(name, "").strip()


def inside_hosts() -> frozenset[str]:
    """Host names, in small letters, of servers that may have a private address."""
    return frozenset(host.strip().lower() for host in optional("RECONVENE_INSIDE_HOSTS").split(",") if host.strip())


def outgoing_proxy() -> str:
    """The address of the company's proxy for calendars, or "". Raises UnsafeSettings for what is no http or https address."""
    address = optional("RECONVENE_OUTGOING_PROXY")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise UnsafeSettings(_("RECONVENE_OUTGOING_PROXY is not an address like http://proxy.company.example:3128."))
    return address


def embedding() -> str:
    """The address of an embedding service, "" for none. Raises UnsafeSettings: it must be https, unless the host is inside, and name a model."""
    address = optional("RECONVENE_EMBEDDING_URL")
    parts = urlsplit(address)
    is_inside = (parts.hostname or "").lower() in inside_hosts()
    if address and not (parts.hostname and (parts.scheme == "https" or (is_inside and parts.scheme == "http"))):
        raise UnsafeSettings(_("RECONVENE_EMBEDDING_URL must begin with https:// (http:// only for a host in RECONVENE_INSIDE_HOSTS)."))
    if address and not optional("RECONVENE_EMBEDDING_MODEL"):
        raise UnsafeSettings(_("RECONVENE_EMBEDDING_URL needs RECONVENE_EMBEDDING_MODEL: say which model it is asked for."))
    return address


def log_level() -> str:
    """How much is logged. Raises UnsafeSettings for a word that is not a level."""
    level = read("RECONVENE_LOG_LEVEL").upper()
    if level not in LOG_LEVELS:
        raise UnsafeSettings(_("RECONVENE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR."))
    return level


def var_folder() -> Path:
    """Where the program writes; relative paths start at the project's root."""
    return (ROOT / read("RECONVENE_VAR")).resolve()


def database(url: str) -> dict[str, object]:
    """Django's DATABASES entry for a PostgreSQL URL. Raises UnsafeSettings when the URL is not one."""
    try:
        parts = conninfo_to_dict(url)
    except Exception:
        words = _("DATABASE_URL cannot be read. Write postgresql://user:password@host:5432/name.")
        raise UnsafeSettings(words) from None  # what the driver says holds the password
    known = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    entry: dict[str, object] = {known[key]: str(value) for key, value in parts.items() if key in known}
    options: dict[str, object] = {key: value for key, value in parts.items() if key not in known}
    options |= {"server_side_binding": True, "prepare_threshold": PREPARED_FROM}
    return {"ENGINE": "django.db.backends.postgresql", **entry, "OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": False}


def mail(url: str) -> dict[str, object]:
    """Django's EMAIL_* settings for a mail URL. Raises UnsafeSettings for an unknown scheme or a port that is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps", "smtp+tls") or not parts.hostname or not _has_port(parts):
        raise UnsafeSettings(_("RECONVENE_MAIL_URL must look like smtp://user:password@mail.example:587 (or smtps://, smtp+tls://)."))
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 15,
    }


def mailbox(url: str) -> str:
    """The mailbox to read, as it was given; "" when there is none. Raises UnsafeSettings for another scheme, or one that sends a password in clear."""
    parts = urlsplit(url)
    schemes = ("imaps", "imap+tls", "imap") if parts.hostname in ("localhost", "127.0.0.1", "::1") else ("imaps", "imap+tls")
    if url and (parts.scheme not in schemes or not parts.hostname or not parts.username or not _has_port(parts)):
        raise UnsafeSettings(_("RECONVENE_MAILBOX_URL must look like imaps://user:password@mail.example/INBOX (or imap+tls://)."))
    return url


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if one is given, is a number that ports can have."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def refuse_unsafe(*, secret_key: str, origin: str) -> None:
    """Stop before anything is served when the key or the origin would put people at risk."""
    if len(secret_key) < 50 or len(set(secret_key)) < 10:
        raise UnsafeSettings(
            _(
                "RECONVENE_SECRET_KEY is missing or too short. `reconvene setup` makes one and keeps it in settings.env. "
                "Where a backup is restored, put the settings.env of that installation there first: links hang on its key."
            )
        )
    refuse_unsafe_origin(origin)


def refuse_unsafe_origin(origin: str) -> None:
    """Raises UnsafeSettings unless the origin is https, or this machine, and has no path."""
    parts = urlsplit(origin)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or parts.path not in ("", "/"):
        raise UnsafeSettings(_("RECONVENE_ORIGIN must be an address without a path, like https://reconvene.example."))
    if parts.scheme != "https" and not local:
        words = _("RECONVENE_ORIGIN %(origin)s is not https. Put a TLS proxy in front, or use localhost to try it out.")
        raise UnsafeSettings(words % {"origin": origin})
