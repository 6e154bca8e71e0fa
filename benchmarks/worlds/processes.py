"""Servers of a benchmark’s own and what they use: a fresh database, web processes, their CPU and memory."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from reconvene.config.embedded import Embedded

GRACE = ("--timeout-graceful-shutdown", "1")


def memory(servers: list[int]) -> int:
    """Resident bytes of processes."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") for pid in servers)


def cpu(servers: list[int]) -> float:
    """CPU seconds that processes have used."""
    ticks = [path.read_text().rsplit(") ", 1)[1].split() for pid in servers if (path := Path(f"/proc/{pid}/stat")).exists()]
    return sum(int(one[11]) + int(one[12]) for one in ticks) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and its children: with several web processes the first only minds the others."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    children = path.read_text().split() if path.exists() else []  # a database's helpers come and go
    return [pid, *(one for child in children for one in family(int(child)))]


def postmaster(url: str) -> int:
    """The first process of the database; the others are its children."""
    with psycopg.connect(url) as connection:
        own = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
    return int(own.rsplit(") ", 1)[1].split()[1])


def on_a_fresh_database(work: Callable[[str, int], int]) -> int:
    """What `work` says, given the address of a database of its own that is gone afterwards, and a free port that the settings know."""
    embedded = Embedded(Path(tempfile.gettempdir()) / f"reconvene-bench-{os.getuid()}")
    embedded.start()
    name, port = f"rooms_{uuid.uuid4().hex[:8]}", free_port()
    with psycopg.connect(embedded.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        os.environ.update(
            DATABASE_URL=embedded.url(name),
            DJANGO_SETTINGS_MODULE="reconvene.config.settings",
            RECONVENE_SECRET_KEY=secrets.token_urlsafe(64),
            RECONVENE_VAR=str(Path(tempfile.gettempdir()) / f"reconvene-bench-{os.getuid()}" / "var"),
            RECONVENE_ORIGIN=f"http://localhost:{port}",
        )
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], check=True)
        return work(embedded.url(name), port)
    finally:
        with psycopg.connect(embedded.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        embedded.stop()


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def start(application: str, port: int) -> Iterator[int]:
    """A bare server of an ASGI application that answers; its process id."""
    yield from _answering([sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error", *GRACE], port)


@contextmanager
def serve(port: int) -> Iterator[int]:
    """`reconvene serve` without background work, as somebody would run it; its process id."""
    yield from _answering([sys.executable, "-m", "reconvene.config.cli", "serve", "--web-only", "--port", str(port)], port)


def _answering(command: list[str], port: int) -> Iterator[int]:
    """The process id of a server that answers, ended by it."""
    server = subprocess.Popen(command)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)
