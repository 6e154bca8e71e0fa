"""Sessions of six whose networks fail in every way while the others go on: nothing lost, nothing twice, each author's order kept."""

import asyncio
import contextlib
import random
import statistics
import time
from datetime import UTC, datetime

import pytest

from tests.faults.hall import IS_FULL, SEATS, Table, living, prepare, volume
from tests.faults.phones import Phone
from tests.faults.proxy import FAULTS, Mode, Proxy
from tests.faults.serving import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]

AT_ONCE = 5  # sessions
MUST = 3.0  # seconds from the network's return until the phone is current and empty
ANSWERS = 4  # for which the busy machine of the tests may take its time: a question, the stage, and one input after the other
OUTAGES = 3 if IS_FULL else 1  # of each phone


async def outages(table: Table, phone: Phone, proxy: Proxy, host: Phone, took: dict[Mode, list[float]]) -> None:
    """Write, lose the network while writing, write on, get it back: measured each time."""
    await asyncio.sleep(random.uniform(0, 2))
    for fault in random.sample(FAULTS, OUTAGES):
        for mode in (Mode.PASS, fault):
            proxy.mode = mode
            for _ in range(2):
                table.write(phone, random.randint(1, 3))
                await asyncio.sleep(random.uniform(0.3, 1.5))
        proxy.mode = Mode.PASS
        took.setdefault(fault, []).append(await phone.until_current(host.known, seconds=30))


async def go_on(host: Phone) -> None:
    """The session goes on meanwhile: the first seat pauses it and goes on, on a network that holds."""
    while True:
        for move in ("pause", "go_on"):
            host.write("moves/", {"move": move, "seen": ""}, key=f"moves/#{move}")
            await asyncio.sleep(random.uniform(2, 6))


async def play(tables: list[Table], port: int, took: dict[Mode, list[float]], trips: list[float]) -> None:
    """All sessions at once; each phone but the host's behind a proxy of its own."""
    async with contextlib.AsyncExitStack() as stack:
        phones, works, hosts, safe = [], [], [], []
        for table in tables:
            host = table.phone(0, port)
            safe.append(host)
            hosts.append(asyncio.create_task(go_on(host)))
            phones.append(host)
            for seat in range(1, SEATS):
                proxy = await stack.enter_async_context(Proxy(port))
                phone = table.phone(seat, proxy.port)
                phones.append(phone)
                works.append(outages(table, phone, proxy, host, took))
        async with living(phones):
            await asyncio.gather(*works)
            for task in hosts:
                task.cancel()
        for host in safe:
            trips += host.round_trips
        assert [phone.refused for phone in phones if phone.refused] == []


def test_nothing_is_lost_or_doubled_and_every_phone_is_current_soon_after_its_network_is_back(server: Server) -> None:
    took: dict[Mode, list[float]] = {}
    trips: list[float] = []
    wrong: list[str] = []
    begun = time.monotonic()
    sessions = volume(20, 200)
    for _ in range(sessions // AT_ONCE):
        tables = prepare(AT_ONCE)
        asyncio.run(play(tables, server.port, took, trips))
        wrong += [line for table in tables for line in table.missing()]
    spans = sorted(span for found in took.values() for span in found)
    p95, busy = statistics.quantiles(spans, n=20)[18], statistics.quantiles(trips, n=20)[18]
    by_kind = ", ".join(f"{mode} {statistics.median(found):.2f}/{max(found):.2f}" for mode, found in sorted(took.items()))
    print(
        f"\n{datetime.now(UTC):%Y-%m-%d} {sessions} sessions of {SEATS}, {len(spans)} outages in {time.monotonic() - begun:.0f} s; ", end=""
    )
    print(
        f"back after p50 {statistics.median(spans):.2f} s, p95 {p95:.2f} s, worst {spans[-1]:.2f} s, answers on a good network p95 {busy:.2f} s (median/worst: {by_kind})"
    )

    assert wrong == []
    assert p95 <= MUST + ANSWERS * busy
