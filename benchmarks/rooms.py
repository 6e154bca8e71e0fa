"""How fast a signal reaches the others in the room: N rooms of six open streams on loopback, one shared event per room every five seconds.

Starts a server of its own on the embedded PostgreSQL with a database of its own, plays for a bounded time, prints post-to-delivery at p50
and p95, and exits non-zero when p95 is above 300 ms or a signal was lost.

    python -m benchmarks.rooms [--rooms 20] [--seconds 20] [--every 5]
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from reconvene.config.embedded import Embedded

MUST = 0.3  # seconds from post to the last of the six, p95
SEATS = 6


@dataclass
class Seat:
    """One open stream: its cookie, and when each numbered signal was heard."""

    address: str
    cookie: str
    heard: dict[int, float] = field(default_factory=dict)


@dataclass
class Table:
    """One room: six seats and when each shared event was posted."""

    path: str
    token: str
    seats: list[Seat]
    number: int
    posted: dict[int, float] = field(default_factory=dict)


async def listen(seat: Seat, port: int, after: int) -> None:
    """Hold one stream open and note each signal."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {seat.address}?after={after} HTTP/1.1\r\nHost: localhost\r\nCookie: {seat.cookie}\r\n\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b"id: "):
            seat.heard[int(line[4:])] = time.monotonic()


async def post(table: Table, port: int, seat: Seat, move: str) -> None:
    """One tap, as a browser sends it; the event it makes has the next number."""
    body = f"csrfmiddlewaretoken={table.token}&move={move}&seen="
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    table.number += 1
    table.posted[table.number] = time.monotonic()
    writer.write(
        f"POST {table.path}moves/ HTTP/1.1\r\nHost: localhost\r\nCookie: {seat.cookie}; reconvene_csrf={table.token}\r\nX-Draft: yes\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
    )
    status = await reader.readline()
    await reader.read()
    writer.close()
    if b" 200 " not in status:
        raise SystemExit(f"A tap was refused: {status!r}")


async def play(table: Table, port: int, *, seconds: float, every: float) -> None:
    """Pause and go on in turn, one of the six each time, from a random start within the interval."""
    until = time.monotonic() + seconds
    await asyncio.sleep(random.uniform(0, every))
    moves = ["pause", "go_on"]
    while time.monotonic() < until:
        await post(table, port, random.choice(table.seats), moves[len(table.posted) % 2])
        await asyncio.sleep(every)


async def measure(tables: list[Table], port: int, *, seconds: float, every: float) -> None:
    """Open all streams, play, and wait for what is under way."""
    streams = [asyncio.create_task(listen(seat, port, table.number)) for table in tables for seat in table.seats]
    await asyncio.sleep(2 + len(streams) / 100)
    await asyncio.gather(*(play(table, port, seconds=seconds, every=every) for table in tables))
    await asyncio.sleep(1)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)


def prepare(rooms: int) -> list[Table]:
    """Groups of six whose session has begun, with a signed-in browser for each member."""
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from reconvene.base import clock, tenancy
    from reconvene.guides.catalogue import sync_topics
    from reconvene.people.models import Person
    from tests import world
    from tests.rooms.play import begun_now

    sync_topics()
    organisation = world.make_organisation(f"Bench {uuid.uuid4().hex[:8]}")
    tables = []
    with tenancy.within(organisation.id):
        now = clock.now()
        for number in range(rooms):
            people = [
                Person.objects.create(name=f"Seat {number} {seat}", email=f"s{number}-{seat}@{organisation.id.hex}.example")
                for seat in range(SEATS)
            ]
            room = begun_now(people, name=f"Bird {number}", now=now)
            cookies = [world.sign_in(person).cookies[settings.SESSION_COOKIE_NAME].value for person in people]
            seats = [Seat(f"/rooms/{room.session_id}/stream", f"{settings.SESSION_COOKIE_NAME}={cookie}") for cookie in cookies]
            tables.append(Table(f"/rooms/{room.session_id}/", "a" * 32, seats, room.counter))
    return tables


def report(tables: list[Table]) -> int:
    """Print what was measured; 1 when it falls short."""
    spans, lost = [], 0
    for table in tables:
        for number, at in table.posted.items():
            heard = [seat.heard.get(number) for seat in table.seats]
            lost += heard.count(None)
            spans += [moment - at for moment in heard if moment is not None]
    p50, p95 = statistics.median(spans), statistics.quantiles(spans, n=20)[18]
    print(f"{datetime.now(UTC):%Y-%m-%d}  rooms {len(tables)}  streams {len(tables) * SEATS}  posts {sum(len(t.posted) for t in tables)}")
    print(f"post to delivery: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms (must: under {MUST * 1000:.0f}); lost {lost}")
    return 1 if lost or p95 > MUST else 0


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--every", type=float, default=5)
    options = parser.parse_args()
    embedded = Embedded(Path(tempfile.gettempdir()) / f"reconvene-bench-{os.getuid()}")
    embedded.start()
    name = f"rooms_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(embedded.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        return run(options, embedded.url(name))
    finally:
        with psycopg.connect(embedded.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        embedded.stop()


def run(options: argparse.Namespace, database: str) -> int:
    """Migrate, prepare, serve and measure on a fresh database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    os.environ.update(
        DATABASE_URL=database,
        DJANGO_SETTINGS_MODULE="reconvene.config.settings",
        RECONVENE_DEMO="1",
        RECONVENE_ORIGIN=f"http://localhost:{port}",
    )
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], check=True)
    tables = prepare(options.rooms)
    command = [sys.executable, "-m", "uvicorn", "reconvene.config.asgi:application", "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen([*command, "--timeout-graceful-shutdown", "1"])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        asyncio.run(measure(tables, port, seconds=options.seconds, every=options.every))
    finally:
        server.terminate()
        server.wait(timeout=10)
    return report(tables)


if __name__ == "__main__":
    sys.exit(main())
