"""How fast what one member does shows on the other phones: N rooms of six on loopback, each phone with an open stream.

In every room somebody makes a shared event every five seconds, five times as often as in a real session and of the same kinds: of about 140 in
ninety minutes a hundred say only that one more has written, and carry that count themselves; at the others (a step, a reveal) each phone fetches
its stage. Whoever said "I have written", and the host, whose page lists who still writes, fetch theirs, too. Each phone saves a draft every five seconds while the step is for writing; a bystander opens the home page every second. Everything is
written to PostgreSQL; the load comes from the same machine.

Starts servers of its own on the embedded PostgreSQL with a database of its own, plays for a bounded time, and prints: from the tap until the
signal and until the stage is there on the five other phones, the time of a draft and of another page, the servers' CPU, memory for each
stream. After the load the rooms go on for ten seconds at half of it: whether they are as quick again by themselves.
Exits non-zero when p95 of stage or page is above 300 ms, something was lost, or the rooms did not recover.

    python -m benchmarks.rooms [--rooms 20] [--seconds 20] [--every 5] [--processes 2] [--sleeping 0]
"""

import argparse
import asyncio
import os
import random
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from reconvene.config.embedded import Embedded

MUST = 0.3  # seconds from the tap to the last of the others, p95
SEATS = 6
AT_MOST = 0.08  # seconds that a phone waits before it fetches, as in room.js
PATIENCE = 30.0  # seconds after the end for what is under way
TOKEN = "a" * 32
MINUTE = 60.0
RECOVERY = 10.0  # seconds of half the load


@dataclass(eq=False)
class Browser:
    """One signed-in browser with one kept connection for its requests."""

    port: int
    cookie: str
    person: str
    spans: list[float] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wires: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: str | None = None, *, lines: str = "") -> str:
        """The text of an answer that must be 200."""
        async with self.lock:
            begun = time.monotonic()
            method = "GET" if body is None else "POST"
            sent = "" if body is None else f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            question = f"{method} {path} HTTP/1.1\r\n{self.head}{lines}{sent}\r\n{body or ''}".encode()
            try:
                head = await self.exchange(question)
            except (asyncio.IncompleteReadError, ConnectionError):  # the server ends connections that were not used for five seconds
                self.wires = None
                head = await self.exchange(question)
            length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            assert self.wires is not None
            text = (await self.wires[0].readexactly(int(length[1]) if length else 0)).decode()
            if " 200 " not in head.split("\r\n", 1)[0]:
                raise SystemExit(f"{method} {path.rsplit('/', 2)[-2]}: {head.splitlines()[0]} {text[:200]}")
            self.spans.append(time.monotonic() - begun)
            return text

    async def exchange(self, question: bytes) -> str:
        """Send on the kept connection, or on a new one; the head of the answer."""
        self.wires = self.wires or await asyncio.open_connection("127.0.0.1", self.port)
        self.wires[1].write(question)
        return (await self.wires[0].readuntil(b"\r\n\r\n")).decode("latin-1")

    @property
    def head(self) -> str:
        """The lines that every request has."""
        return (
            f"Host: localhost:{self.port}\r\nCookie: {self.cookie}; reconvene_csrf={TOKEN}\r\nX-Person: {self.person}\r\nX-CSRFToken: {TOKEN}\r\n"
            + f"Origin: http://localhost:{self.port}\r\n"
        )


@dataclass(eq=False)
class Seat(Browser):
    """One phone: when it heard of each numbered event, and when its stage showed it."""

    box: str = ""
    is_host: bool = False
    is_open: bool = False  # its stream has said its first word
    known: int = 0
    stage: int = 0
    heard: dict[int, float] = field(default_factory=dict)
    shown: dict[int, float] = field(default_factory=dict)
    drafts: list[float] = field(default_factory=list)

    async def listen(self, path: str) -> None:
        """Hold one stream open; show what a count says, and fetch the stage after every other signal, as room.js does. The host's phone lists who
        has written, so it fetches then, too.
        """
        fetching: asyncio.Task[None] | None = None
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path}stream?after={self.known} HTTP/1.1\r\n{self.head}\r\n".encode())
        try:
            while line := await reader.readline():
                self.is_open = self.is_open or line.startswith(b"event: beat")
                if line.startswith(b"id: "):
                    self.known = int(line[4:])
                    self.heard[self.known] = time.monotonic()
                    says_all = (await reader.readline()).startswith(b"data: count") and not self.is_host
                    if says_all and self.stage == self.known - 1:
                        self.shown[self.known], self.stage = time.monotonic(), self.known
                    elif fetching is None or fetching.done():
                        fetching = asyncio.create_task(self.fetch(path))
        finally:
            writer.close()

    async def fetch(self, path: str) -> None:
        """Fetch until the stage shows the last event that was heard of."""
        while self.stage < self.known:
            await asyncio.sleep(random.uniform(0, AT_MOST))
            text = await self.ask(f"{path}stage/", lines="HX-Request: true\r\n")
            found = re.search(r'data-counter="(\d+)"', text)
            reached = int(found[1]) if found else 0
            self.shown.update(dict.fromkeys(range(self.stage + 1, reached + 1), time.monotonic()))
            self.stage = max(self.stage, reached)

    async def write(self, path: str, number: int) -> None:
        """Save the next draft of one idea."""
        begun = time.monotonic()
        body = f"idea-{self.box}=What+I+would+try+as+of+{number}"
        await self.ask(f"{path}ideas/", body, lines=f"X-Draft: yes\r\nX-Number: {time.time_ns() // 1000}\r\n")
        self.drafts.append(time.monotonic() - begun)


@dataclass
class Table:
    """One room: six phones, and who made each shared event when."""

    organisation: uuid.UUID
    room: uuid.UUID
    path: str
    seats: list[Seat]
    number: int
    writing: str
    before: str
    first_after: int = 0  # number of the first event after the load
    posted: dict[int, tuple[Seat, float]] = field(default_factory=dict)

    @property
    def is_writing(self) -> bool:
        """Whether the room is in the step in which drafts are taken."""
        return len(self.posted) % (SEATS + 1) != SEATS

    async def tap(self) -> None:
        """The next shared event: five say one after the other that they have written, the host goes a step back and on again. Its number is the
        next one.
        """
        at = len(self.posted) % (SEATS + 1)
        host, *others = self.seats
        seat, move, seen = (others[at], "done", self.writing) if at < len(others) else (host, "back", self.writing)
        if at == SEATS:
            seat, move, seen = host, "next", self.before
        self.number += 1
        self.posted[self.number] = (seat, time.monotonic())
        number = f"X-Number: {time.time_ns() // 1000}\r\n" if move == "done" else ""
        await seat.ask(f"{self.path}moves/", f"move={move}&seen={seen}", lines=f"X-Draft: yes\r\n{number}")
        if move == "done":
            await seat.ask(f"{self.path}stage/", lines="HX-Request: true\r\n")

    async def draft(self, seat: Seat, number: int) -> None:
        """One phone saves what was typed, if the step is for writing."""
        if self.is_writing:
            await seat.write(self.path, number)


async def every(seconds: float, until: float, what: Callable[[int], Awaitable[object]]) -> None:
    """Do something again and again from a random start; the next time not before the last is done, as a phone does."""
    await asyncio.sleep(random.uniform(0, seconds))
    number = 0
    while (begun := time.monotonic()) < until:
        await what(number)
        number += 1
        await asyncio.sleep(max(0.0, begun + seconds - time.monotonic()))


async def measure(
    tables: list[Table], bystander: Browser, servers: list[int], database: int, *, seconds: float, interval: float
) -> dict[str, float]:
    """Open all streams, play, and wait for what is under way; CPU seconds and bytes of the servers."""
    before, begun = memory(servers), time.monotonic()
    streams = [asyncio.create_task(seat.listen(table.path)) for table in tables for seat in table.seats]
    while not all(seat.is_open for table in tables for seat in table.seats):
        await asyncio.sleep(0.1)
    facts = {
        "opening": time.monotonic() - begun,
        "stream": (memory(servers) - before) / len(streams),
        "cpu": -cpu(servers),
        "own": -time.process_time(),
        "database": -cpu(family(database)),
        "seconds": -time.monotonic(),
    }
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(every(interval, until, lambda _, table=table: table.tap()) for table in tables),
        *(every(interval, until, lambda n, seat=seat, table=table: table.draft(seat, n)) for table in tables for seat in table.seats),
        every(1.0, until, lambda _: bystander.ask("/")),
    )
    facts["cpu"] += cpu(servers)
    facts["own"] += time.process_time()
    facts["database"] += cpu(family(database))
    facts["seconds"] += time.monotonic()
    facts["settled"] = -time.monotonic()
    await settle(tables)
    facts["settled"] += time.monotonic()
    facts["under load"] = sum(len(table.posted) for table in tables)
    for table in tables:
        table.first_after = table.number + 1
    until = time.monotonic() + RECOVERY
    await asyncio.gather(*(every(2 * interval, until, lambda _, table=table: table.tap()) for table in tables))
    await settle(tables)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return facts


async def settle(tables: list[Table]) -> None:
    """Wait until every phone shows what happened last, for a bounded time."""
    latest = time.monotonic() + PATIENCE
    while any(seat.stage < table.number for table in tables for seat in table.seats) and time.monotonic() < latest:
        await asyncio.sleep(0.1)


def memory(servers: list[int]) -> int:
    """Resident bytes of processes."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") for pid in servers)


def cpu(servers: list[int]) -> float:
    """CPU seconds that processes have used."""
    ticks = [path.read_text().rsplit(") ", 1)[1].split() for pid in servers if (path := Path(f"/proc/{pid}/stat")).exists()]
    return sum(int(one[11]) + int(one[12]) for one in ticks) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and its children: with several web processes the first only minds the others."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def postmaster(url: str) -> int:
    """The first process of the database; the others are its children."""
    with psycopg.connect(url) as connection:
        own = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
    return int(own.rsplit(") ", 1)[1].split()[1])


def prepare(rooms: int, port: int) -> tuple[list[Table], Browser]:
    """Groups of six who write ideas alone, with a signed-in browser for each member; and somebody who only opens pages."""
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from reconvene.base import clock, tenancy
    from reconvene.config.serving import publish_static
    from reconvene.guides.catalogue import sync_topics
    from reconvene.people.models import Person
    from reconvene.rooms import conductor
    from reconvene.rooms.actions import moves
    from tests import world
    from tests.rooms.play import begun_now

    def cookie(person: Person) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={world.sign_in(person).cookies[settings.SESSION_COOKIE_NAME].value}"

    publish_static()
    sync_topics()
    organisation = world.make_organisation(f"Bench {uuid.uuid4().hex[:8]}")
    tables = []
    with tenancy.within(organisation.id):
        now = clock.now()
        for number in range(rooms):
            names = [(f"Seat {number} {seat}", f"s{number}-{seat}@{organisation.id.hex}.example") for seat in range(SEATS)]
            people = [Person.objects.create(name=name, email=address) for name, address in names]
            room = begun_now(people, name=f"Bird {number}", now=now)
            state = room.state
            assert state is not None
            while state.current.kind != "ideas":
                state = conductor.next_step(state, by=str(people[0].id), now=now)
            room.move_on(state)
            at = room.counter
            seats = [Seat(port, cookie(person), str(person.id), box=str(uuid.uuid4()), known=at, stage=at) for person in people]
            seats[0].is_host = True
            back = conductor.previous_step(state, by=str(people[0].id), now=now)
            tables.append(
                Table(organisation.id, room.id, f"/rooms/{room.session_id}/", seats, at, moves.position(state), moves.position(back))
            )
        bystander = Person.objects.create(name="By Stander", email=f"b@{organisation.id.hex}.example")
        return tables, Browser(port, cookie(bystander), str(bystander.id))


def report(tables: list[Table], bystander: Browser, facts: dict[str, float]) -> int:
    """Print what was measured; 1 when it falls short."""
    signals, stages, again, lost = [], [], [], 0
    for table in tables:
        for number, (poster, at) in table.posted.items():
            for seat in table.seats:
                lost += number not in seat.heard or number not in seat.shown
                if seat is not poster and number in seat.shown:
                    (stages if number < table.first_after else again).append(seat.shown[number] - at)
                    if number < table.first_after:
                        signals.append(seat.heard[number] - at)
    drafts = [span for table in tables for seat in table.seats for span in seat.drafts]
    requests = sum(len(seat.spans) for table in tables for seat in table.seats)
    print(f"{datetime.now(UTC):%Y-%m-%d}  rooms {len(tables)}  streams {len(tables) * SEATS}  events {facts['under load']:.0f}")
    for what, spans in (
        ("signal", signals),
        ("stage", stages),
        ("draft", drafts),
        ("other page", bystander.spans),
        ("afterwards", again or [0.0, 0.0]),
    ):
        print(f"{what:>11}: p50 {statistics.median(spans) * 1000:5.0f} ms, p95 {p95(spans) * 1000:5.0f} ms, {len(spans)}")
    recovers = bool(again) and p95(again) <= MUST
    print(f"servers' CPU {100 * facts['cpu'] / facts['seconds']:.0f} %, {1000 * facts['cpu'] / requests:.1f} ms a request; "
          f"the load's own {100 * facts['own'] / facts['seconds']:.0f} %; database {100 * facts['database'] / facts['seconds']:.0f} %; "
          f"memory {facts['stream'] / 1024:.1f} KiB a stream; lost {lost}; recovers {'yes' if recovers else 'no'}; "
          f"all streams open after {facts['opening']:.0f} s, "
          f"everything shown {facts['settled']:.1f} s after the load")  # fmt: skip
    return 1 if lost or max(p95(spans) for spans in (stages, bystander.spans)) > MUST or not recovers else 0


def p95(spans: list[float]) -> float:
    """What 95 of 100 are below."""
    return statistics.quantiles(spans, n=20)[18]


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sleeping", type=int, default=0)
    options = parser.parse_args()
    return on_a_fresh_database(lambda database, port: run(options, database, port))


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
def start(application: str, port: int, *, processes: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, ended by its own process id."""
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen([*command, "--workers", str(processes), "--timeout-graceful-shutdown", "1"])
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=20)


def run(options: argparse.Namespace, database: str, port: int) -> int:
    """Prepare, serve and measure."""
    tables, bystander = prepare(options.rooms, port)
    if options.sleeping:
        print(sleep(options.sleeping, database))
    with start("reconvene.config.asgi:application", port, processes=options.processes) as server:
        warm = [asyncio.run(bystander_page(port, bystander)) for _ in range(2 * options.processes)]
        assert all(warm)
        work = measure(tables, bystander, family(server.pid), postmaster(database), seconds=options.seconds, interval=options.every)
        facts = asyncio.run(work)
    return report(tables, bystander, facts)


def sleep(rooms: int, database: str) -> str:
    """Add rooms in which nobody is, and say what a minute of the background work costs without and with them."""
    costs = []
    for number in (0, rooms):
        put_to_sleep(number)
        with subprocess.Popen([sys.executable, "-m", "reconvene.config.cli", "worker"]) as worker:
            time.sleep(15)  # it starts, and does what is due
            before = cpu([worker.pid]), asked(database)
            time.sleep(MINUTE)
            costs.append((cpu([worker.pid]) - before[0], asked(database) - before[1]))
            worker.terminate()
    (cpu_before, asked_before), (cpu_after, asked_after) = costs
    return (
        f"a minute of background work with {rooms} sleeping rooms: {cpu_after:.2f} s CPU, {asked_after} transactions; "
        f"without them {cpu_before:.2f} s, {asked_before}"
    )


def asked(database: str) -> int:
    """How many transactions the database has carried out."""
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
        return int(row[0]) if row else 0


def put_to_sleep(rooms: int) -> None:
    """Begun sessions in groups without members, whose rooms nobody has closed: copies of one that is played."""
    from reconvene.base import tenancy
    from reconvene.people.models import Organisation
    from reconvene.rooms.models import Room

    organisation = Organisation.objects.raw("SELECT unnest(reconvene_organisations(false)) AS id")[0]
    with tenancy.within(organisation.id):
        room = Room.objects.select_related("session__cycle__group").first()
        assert room is not None
        both = list(type(room.session).objects.filter(cycle=room.session.cycle))
        for number in range(rooms):
            group, cycle = room.session.cycle.group, room.session.cycle
            copies = [group, cycle, *both]
            group.id, group.name, cycle.id = uuid.uuid4(), f"Sleeping {number}", uuid.uuid4()
            cycle.group = group
            for session in both:
                session.id, session.cycle = uuid.uuid4(), cycle
            for one in copies:
                one.save(force_insert=True)
            room.id, room.session, room.code = uuid.uuid4(), next(one for one in both if one.kind == "first"), f"S{number}"
            room.save(force_insert=True)


async def bystander_page(port: int, known: Browser) -> str:
    """One page before anything is measured, so that every server has loaded what it needs."""
    return await Browser(port, known.cookie, known.person).ask("/")


if __name__ == "__main__":
    sys.exit(main())
