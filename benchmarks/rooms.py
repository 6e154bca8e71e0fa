"""How fast what one member does shows on the other phones: N rooms of six on loopback, each phone with an open stream.

Each room has a shared event every five seconds and each phone saves a draft every five seconds, unless `--event` and `--draft` say otherwise; in a real
session of ninety minutes it is an event each 39 and a draft each 18 seconds (140 shared events; 25 minutes of writing). Of seven events five say only
that one more has written, and carry that count themselves; at the others, the host's step back and on, each phone fetches its stage. Whoever
said "I have written", and the host, whose page lists who still writes, fetch theirs, too. A bystander opens the home page every second. Everything is written to PostgreSQL; the load comes from the same machine.

Starts servers of its own on the embedded PostgreSQL with a database of its own, plays for a bounded time, and prints: from the tap until the
signal and until the stage is there on the five other phones, the time of a draft and of another page, the servers' CPU, memory for each
stream. After the load the rooms go on for ten seconds as often as in a real session: whether they are as quick again by themselves.
Exits non-zero when p95 of stage or page is above 300 ms, something was lost, or the rooms did not recover.

    python -m benchmarks.rooms [--rooms 20] [--seconds 40] [--event 5] [--draft 5] [--processes 2] [--sleeping 0]
"""

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime

import psycopg

from benchmarks.worlds.phones import SEATS, Browser, Seat, Table
from benchmarks.worlds.processes import cpu, family, free_port, memory, on_a_fresh_database, postmaster, serve

MUST = 0.3  # seconds from the tap to the last of the others, p95
PATIENCE = 120.0  # seconds after the end for what is under way; what is not shown then counts as lost
MINUTE = 60.0
RECOVERY = 10.0  # seconds of a real session's pace after the load
IN_A_SESSION = 38.6  # seconds between two shared events of a room
EVENT = 5.0  # seconds between two shared events of a room
DRAFT = 5.0  # seconds between two drafts of a phone


async def every(seconds: float, until: float, what: Callable[[int], Awaitable[object]]) -> None:
    """Do something again and again from a random start; the next time not before the last is done, as a phone does."""
    await asyncio.sleep(random.uniform(0, seconds))
    number = 0
    while (begun := time.monotonic()) < until:
        await what(number)
        number += 1
        await asyncio.sleep(max(0.0, begun + seconds - time.monotonic()))


async def measure(
    tables: list[Table], bystander: Browser, servers: list[int], database: str, *, seconds: float, event: float, draft: float
) -> dict[str, float]:
    """Open all streams, play, and wait for what is under way; CPU seconds and bytes of the servers."""
    before, begun = memory(servers), time.monotonic()
    streams = [asyncio.create_task(seat.listen(table.path)) for table in tables for seat in table.seats]
    while not all(seat.is_open for table in tables for seat in table.seats):
        await asyncio.sleep(0.1)
    opened, stream = time.monotonic() - begun, (memory(servers) - before) / len(streams)
    await settle_in(tables)
    await asyncio.to_thread(analyze, database)
    facts = {
        "opening": opened,
        "stream": stream,
        "cpu": -cpu(servers),
        "own": -time.process_time(),
        "database": -cpu(family(postmaster(database))),
        "seconds": -time.monotonic(),
        "event": event,
        "draft": draft,
    }
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(every(event, until, lambda _, table=table: table.tap()) for table in tables),
        *(every(draft, until, lambda n, seat=seat, table=table: table.draft(seat, n)) for table in tables for seat in table.seats),
        every(1.0, until, lambda _: bystander.ask("/")),
    )
    facts["cpu"] += cpu(servers)
    facts["own"] += time.process_time()
    facts["database"] += cpu(family(postmaster(database)))
    facts["seconds"] += time.monotonic()
    facts["settled"] = -time.monotonic()
    await settle(tables)
    facts["settled"] += time.monotonic()
    facts["under load"] = sum(len(table.posted) for table in tables)
    for table in tables:
        table.first_after = table.number + 1
    until = time.monotonic() + RECOVERY
    await asyncio.gather(*(every(IN_A_SESSION, until, lambda _, table=table: table.tap()) for table in tables))
    await settle(tables)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return facts


async def settle_in(tables: list[Table]) -> None:
    """Everybody has written and looked before anything counts, as whoever sits in a session has; none of this is measured."""
    for table in tables:
        for seat in table.seats:
            await seat.write(table.path, 0)
            await seat.ask(f"{table.path}stage/", lines="HX-Request: true\r\n")
            seat.drafts.clear()
            seat.spans.clear()


def analyze(database: str) -> None:
    """As autovacuum has, within a minute, on a database that is in use. Plans that were made while the tables were empty read all ideas of all
    rooms where those of one are meant, and are kept until the tables are looked at.
    """
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ANALYZE")


async def settle(tables: list[Table]) -> None:
    """Wait until every phone shows what happened last, for a bounded time."""
    latest = time.monotonic() + PATIENCE
    while any(seat.stage < table.number for table in tables for seat in table.seats) and time.monotonic() < latest:
        await asyncio.sleep(0.1)


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
    from reconvene.rooms.actions.writing import own_boxes
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
            boxes = [str(own_boxes(room, person, "idea")[0]) for person in people]
            seats = [Seat(port, cookie(one), str(one.id), box=box, known=at, stage=at) for one, box in zip(people, boxes, strict=True)]
            seats[0].is_host = True
            back = conductor.previous_step(state, by=str(people[0].id), now=now)
            places = moves.position(state), moves.position(back)
            tables.append(Table(organisation.id, room.id, f"/rooms/{room.session_id}/", seats, at, *places, ahead=number % SEATS))
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
    print(
        f"{datetime.now(UTC):%Y-%m-%d}  rooms {len(tables)}, an event each {facts['event']:.3g} s  streams {len(tables) * SEATS}, "
        f"a draft each {facts['draft']:.3g} s  events {facts['under load']:.0f}"
    )
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
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--event", type=float, default=EVENT, help="seconds between two shared events of a room")
    parser.add_argument("--draft", type=float, default=DRAFT, help="seconds between two drafts of a phone")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sleeping", type=int, default=0)
    options = parser.parse_args()
    return on_a_fresh_database(lambda database, port: run(options, database, port))


def run(options: argparse.Namespace, database: str, port: int) -> int:
    """Prepare, serve and measure."""
    tables, bystander = prepare(options.rooms, port)
    if options.sleeping:
        print(sleep(options.sleeping, database))
    pace = {"seconds": options.seconds, "event": options.event, "draft": options.draft}
    with ExitStack() as running:
        ports = [port, *(free_port() for _ in range(options.processes - 1))]
        servers = [process for one in ports for process in family(running.enter_context(serve(one)))]
        for browser in (bystander, *(seat for table in tables for seat in table.seats)):
            browser.servers = ports
        for one in ports:
            asyncio.run(Browser(one, bystander.cookie, bystander.person).ask("/"))  # so that every server has loaded what it needs
        facts = asyncio.run(measure(tables, bystander, servers, database, **pace))
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


if __name__ == "__main__":
    sys.exit(main())
