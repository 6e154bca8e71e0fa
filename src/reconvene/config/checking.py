"""`reconvene check`: is this installation sound? One line per question, with the remedy when the answer is no."""

import argparse
import imaplib
import os
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import get_connection
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from reconvene.base import secret_key
from reconvene.base.row_security import locked_models
from reconvene.config import environment
from reconvene.notices import mailbox

OLDEST_POSTGRES = 150_000
LARGEST_SKEW = timedelta(seconds=5)
OLD_DATABASE = gettext_noop("The database is older than the program. Run `reconvene migrate`.")
ANOTHER_KEY = gettext_noop(
    "The database was made with another secret key: with this one nobody's answers connect with their earlier ones, and calendars and links "
    "that were sent are cut off. Put back the RECONVENE_SECRET_KEY that belongs to it. If that one is lost, `reconvene migrate --new-key` goes on "
    "with this one."
)


class Unsound(Exception):
    """One answer was no; the message is the remedy."""


def run(options: argparse.Namespace) -> int:
    """Ask every question; 0 when all answers are yes."""
    unsound = 0
    for question, ask in QUESTIONS.items():
        try:
            print(_("  ok   %(question)s: %(answer)s") % {"question": _(question), "answer": ask()})
        except Exception as problem:
            unsound += 1
            print(_("  NO   %(question)s: %(answer)s") % {"question": _(question), "answer": problem})
    attention = ngettext("%(count)s of %(all)s needs attention.", "%(count)s of %(all)s need attention.", unsound)
    print(attention % {"count": unsound, "all": len(QUESTIONS)} if unsound else _("This installation is sound."))
    return 1 if unsound else 0


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    if version < OLDEST_POSTGRES:
        raise Unsound(_("PostgreSQL 15 or newer is needed."))
    return _("PostgreSQL %(version)s answers") % {"version": version // 10_000}


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user")
        strong, name = cursor.fetchone()
    if strong:
        words = _("The role %(name)s walks through row-level security. Make one with: %(command)s")
        raise Unsound(words % {"name": name, "command": "CREATE ROLE reconvene LOGIN PASSWORD '...' NOSUPERUSER NOBYPASSRLS"})
    return _("%(name)s has no superuser rights") % {"name": name}


def _locks() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        locked = {row[0] for row in cursor.fetchall()}
    missing = sorted({model._meta.db_table for model in locked_models()} - locked)
    if missing:
        raise Unsound(_("Not locked: %(tables)s. Run `reconvene migrate`.") % {"tables": ", ".join(missing)})
    return _("%(count)s tables are locked by organisation") % {"count": len(locked)}


def is_old() -> bool:
    """Whether the tables are of an older version than the program."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrations() -> str:
    if is_old():
        raise Unsound(_(OLD_DATABASE))
    return _("up to date")


def _mail() -> str:
    server = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return _("the demo keeps its messages to itself")
    try:
        sender = get_connection()
        sender.open()
        sender.close()
    except (OSError, smtplib.SMTPException) as error:
        words = _("The mail server %(host)s:%(port)s does not take messages (%(why)s). Check RECONVENE_MAIL_URL.")
        raise Unsound(words % {**server, "why": error}) from error
    return _("%(host)s:%(port)s takes messages") % server


def _mailbox() -> str:
    if not mailbox.is_given():
        return _("none is given, so nothing that comes back is read")
    host = urlsplit(settings.MAILBOX_URL).hostname
    try:
        with mailbox.opened(settings.MAILBOX_URL):
            return _("%(host)s can be opened") % {"host": host}
    except (imaplib.IMAP4.error, OSError) as error:
        words = _("The mailbox at %(host)s cannot be opened (%(why)s). Check RECONVENE_MAILBOX_URL.")
        raise Unsound(words % {"host": host, "why": error}) from error


def _zones() -> str:
    if ZoneInfo("Europe/Berlin").utcoffset(datetime(2026, 7, 1, tzinfo=UTC)) is None:
        raise Unsound(_("Time zone data are missing. Install the package tzdata."))
    return _("time zones are known")


def _key() -> str:
    if not settings.DEMO:
        environment.refuse_unsafe(secret_key=settings.SECRET_KEY, origin=settings.ORIGIN)
    if secret_key.is_another():
        raise Unsound(_(ANOTHER_KEY))
    return _("the demo's own") if settings.DEMO else _("secret key and origin are fit for use")


def _clock() -> str:
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    skew = abs(theirs - before)
    if skew > LARGEST_SKEW:
        words = _("This machine and the database differ by %(seconds)s seconds. Turn on time synchronisation.")
        raise Unsound(words % {"seconds": f"{skew.total_seconds():.0f}"})
    return _("this machine and the database agree")


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers')")
        if cursor.fetchone()[0] is None:
            raise Unsound(_(OLD_DATABASE))
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        last = cursor.fetchone()[0]
    if last is None or datetime.now(UTC) - last > timedelta(minutes=2):
        raise Unsound(_("No worker has been seen in the last two minutes. Start `reconvene serve`, or `reconvene worker`."))
    return _("a worker is there")


def _django() -> str:
    try:
        call_command("check", verbosity=0)
    except SystemCheckError as error:
        raise Unsound(str(error)) from error
    written = environment.written(environment.var_folder() / environment.SETTINGS_FILE)
    strange = environment.unknown([*written, *(name for name in os.environ if name.startswith("RECONVENE_"))])
    if strange:
        words = [_("%(name)s (%(meant)s?)") % {"name": name, "meant": meant} if meant else name for name, meant in strange.items()]
        raise Unsound(_("Not a setting: %(names)s. The names are in docs/operations/settings.md.") % {"names": ", ".join(words)})
    return _("settings fit together")


def _questions() -> Iterator[tuple[str, Callable[[], str]]]:
    yield gettext_noop("settings"), _django
    yield gettext_noop("database"), _database
    yield gettext_noop("role"), _role
    yield gettext_noop("tables"), _migrations
    yield gettext_noop("secret key"), _key
    yield gettext_noop("organisations"), _locks
    yield gettext_noop("mail"), _mail
    yield gettext_noop("mailbox"), _mailbox
    yield gettext_noop("time zones"), _zones
    yield gettext_noop("clock"), _clock
    yield gettext_noop("worker"), _worker


QUESTIONS = dict(_questions())
