"""Databases that a test makes for itself on the tests' server."""

import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
RUN = os.environ.setdefault("RECONVENE_TEST_RUN", str(os.getpid()))  # the run's workers inherit it
MIGRATED, SAMPLE = f"migrated_{RUN}", f"sample_{RUN}"
DJANGOS_OWN = ("django_content_type", "auth_permission", "django_site")
PREPARE = "import sys, django; django.setup(); from reconvene.demo.preparing import prepare; prepare(out=sys.stderr)"
ONE_AT_A_TIME = 20261124  # the advisory lock of whoever looks whether it is there


def database_url(name: str) -> str:
    """The tests' server, another database."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + quote(name)))


@contextmanager
def own_database(name: str, *, like: str = "") -> Iterator[str]:
    """An empty database, or one that is like another; its address. Gone at the end."""
    with _server() as server:
        drop_database(server, name)
        create_database(server, name, like=like)
    try:
        yield database_url(name)
    finally:
        with _server() as server:
            drop_database(server, name)


@functools.cache
def migrated() -> str:
    """The name of a database with all tables and no rows."""
    return _made_once(MIGRATED, [sys.executable, "manage.py", "migrate", "--verbosity", "0"])


@functools.cache
def sample() -> str:
    """The name of a database with the demo's company, whose clock stands where it was made: who copies it lets it run (`reopened`)."""
    with tempfile.TemporaryDirectory() as var:
        return _made_once(
            SAMPLE, [sys.executable, "-c", PREPARE], like=migrated(), RECONVENE_DEMO="1", RECONVENE_VAR=var, RECONVENE_TESTING=""
        )


@contextmanager
def reopened(name: str) -> Iterator[str]:
    """A copy of the sample company, at the moment at which it was made; its address."""
    with own_database(name, like=sample()) as url:
        with psycopg.connect(url) as own:
            own.execute("UPDATE base_democlock SET real = now()")
        yield url


def _made_once(name: str, command: list[str], *, like: str = "", **more: str) -> str:
    """A database to be copied: made by the first of a run's workers that asks, since making it takes seconds and copying does not."""
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])  # held until the connection ends
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            create_database(server, name, like=like)
            surroundings = {**os.environ, "DATABASE_URL": database_url(name), **more}
            subprocess.run(command, cwd=ROOT, env=surroundings, check=True)
    return name


def empty(case: object = None) -> None:
    """Delete every row of the models' tables, in place of Django's flush: that truncates a hundred tables, two or three of which hold anything, and
    writes all permissions afresh, half a second for each test that commits. What migrations made for Django itself stays.
    """
    from django.db import connection, transaction

    names = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in DJANGOS_OWN]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('reconvene.organisation', '*', true)")
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")  # in any order: what refers to what is looked at when all of it is done


def forget_copied() -> None:
    """At the end of a run."""
    with _server() as server:
        for name in (MIGRATED, SAMPLE):
            drop_database(server, name)


def create_database(server: psycopg.Connection, name: str, *, like: str = "") -> None:
    """Make a database, empty or like another to which nobody is connected."""
    template = sql.SQL("TEMPLATE {}").format(sql.Identifier(like)) if like else sql.SQL("")
    server.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), template))


def drop_database(server: psycopg.Connection, name: str) -> None:
    """Drop a database after ending our own connections to it.

    Not WITH (FORCE): that also wants to end the server's own housekeeping there, which only a superuser may.
    """
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user", [name])
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
