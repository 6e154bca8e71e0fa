"""Databases that a test makes for itself on the tests' server."""

import psycopg
from psycopg import sql


def drop_database(server: psycopg.Connection, name: str) -> None:
    """Drop a database after ending our own connections to it.

    Not WITH (FORCE): that also wants to end the server's own housekeeping there, which only a superuser may.
    """
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user", [name])
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
