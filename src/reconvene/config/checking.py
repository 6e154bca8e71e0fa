"""`reconvene check`: is this installation sound? One line per question, with the remedy when the answer is no."""

import argparse
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import get_connection
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reconvene.base.row_security import locked_models
from reconvene.config import environment

OLDEST_POSTGRES = 150_000
LARGEST_SKEW = timedelta(seconds=5)
OLD_DATABASE = "The database is older than the program. Run `reconvene migrate`."


class Unsound(Exception):
    """One answer was no; the message is the remedy."""


def run(options: argparse.Namespace) -> int:
    """Ask every question; 0 when all answers are yes."""
    unsound = 0
    for question, ask in QUESTIONS.items():
        try:
            print(f"  ok   {question}: {ask()}")
        except Exception as problem:
            unsound += 1
            print(f"  NO   {question}: {problem}")
    print("This installation is sound." if not unsound else f"{unsound} of {len(QUESTIONS)} need attention.")
    return 1 if unsound else 0


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    if version < OLDEST_POSTGRES:
        raise Unsound("PostgreSQL 15 or newer is needed.")
    return f"PostgreSQL {version // 10_000} answers"


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user")
        strong, name = cursor.fetchone()
    if strong:
        raise Unsound(
            f"The role {name} walks through row-level security. Make one with: CREATE ROLE reconvene LOGIN PASSWORD '...' NOSUPERUSER NOBYPASSRLS"
        )
    return f"{name} has no superuser rights"


def _locks() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        locked = {row[0] for row in cursor.fetchall()}
    missing = sorted({model._meta.db_table for model in locked_models()} - locked)
    if missing:
        raise Unsound(f"Not locked: {', '.join(missing)}. Run `reconvene migrate`.")
    return f"{len(locked)} tables are locked by organisation"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Unsound(OLD_DATABASE)
    return "up to date"


def _mail() -> str:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return "the demo keeps its messages to itself"
    try:
        sender = get_connection()
        sender.open()
        sender.close()
    except (OSError, smtplib.SMTPException) as error:
        raise Unsound(
            f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take messages ({error}). Check RECONVENE_MAIL_URL."
        ) from error
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} takes messages"


def _zones() -> str:
    if ZoneInfo("Europe/Berlin").utcoffset(datetime(2026, 7, 1, tzinfo=UTC)) is None:
        raise Unsound("Time zone data are missing. Install the package tzdata.")
    return "time zones are known"


def _key() -> str:
    if not settings.DEMO:
        environment.refuse_unsafe(secret_key=settings.SECRET_KEY, origin=settings.ORIGIN)
    return "the demo's own" if settings.DEMO else "secret key and origin are fit for use"


def _clock() -> str:
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    skew = abs(theirs - before)
    if skew > LARGEST_SKEW:
        raise Unsound(f"This machine and the database differ by {skew.total_seconds():.0f} seconds. Turn on time synchronisation.")
    return "this machine and the database agree"


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers')")
        if cursor.fetchone()[0] is None:
            raise Unsound(OLD_DATABASE)
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        last = cursor.fetchone()[0]
    if last is None or datetime.now(UTC) - last > timedelta(minutes=2):
        raise Unsound("No worker has been seen in the last two minutes. Start `reconvene serve`, or `reconvene worker`.")
    return "a worker is there"


def _django() -> str:
    try:
        call_command("check", verbosity=0)
    except SystemCheckError as error:
        raise Unsound(str(error)) from error
    return "settings fit together"


def _questions() -> Iterator[tuple[str, Callable[[], str]]]:
    yield "settings", _django
    yield "secret key", _key
    yield "database", _database
    yield "role", _role
    yield "tables", _migrations
    yield "organisations", _locks
    yield "mail", _mail
    yield "time zones", _zones
    yield "clock", _clock
    yield "worker", _worker


QUESTIONS = dict(_questions())
