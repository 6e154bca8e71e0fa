"""The whole server is killed while six members write: whatever it had acknowledged is there, and the rest arrives once it is back."""

import asyncio
import random
import time
from datetime import UTC, datetime

import pytest

from tests.faults.hall import SEATS, Table, living, prepare, volume
from tests.faults.phones import Phone
from tests.faults.serving import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]


KILLS = 10  # in one session; a member has three boxes, and a step ends after its minutes


async def scribble(table: Table, phone: Phone) -> None:
    while True:
        table.write(phone)
        await asyncio.sleep(random.uniform(0.02, 0.1))


async def survive(table: Table, server: Server, kills: int) -> int:
    """Kill at random moments, each time after everything had arrived; the number of acknowledged inputs."""
    phones = [table.phone(seat, server.port) for seat in range(SEATS)]
    async with living(phones):
        for _ in range(kills):
            writing = [asyncio.create_task(scribble(table, phone)) for phone in phones]
            await asyncio.sleep(random.uniform(0.5, 1.0))
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(0.1)
            for task in writing:
                task.cancel()
            await asyncio.to_thread(server.start)
            await asyncio.gather(*(phone.until_current(0, seconds=60) for phone in phones))
    assert [phone.refused for phone in phones if phone.refused] == []
    return sum(len(phone.acknowledged) for phone in phones)


def test_a_killed_server_loses_nothing_that_it_had_acknowledged(server: Server) -> None:
    begun, sessions = time.monotonic(), volume(1, 10)
    kills, acknowledged = volume(3, KILLS), 0
    for _ in range(sessions):
        [table] = prepare(1)
        found = asyncio.run(survive(table, server, kills))
        assert table.missing() == []
        assert found > 10 * kills
        acknowledged += found
    print(f"\n{datetime.now(UTC):%Y-%m-%d} {sessions * kills} kills, {acknowledged} acknowledged, {time.monotonic() - begun:.0f} s")
