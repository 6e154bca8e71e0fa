"""The database is away for a while: nothing is acknowledged, nothing is lost, and everybody comes back without a restart."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.hall import SEATS, Table, living, prepare, volume
from tests.faults.proxy import Mode, Proxy
from tests.faults.serving import Server, database_target, database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]


async def without_database(table: Table, folder: Path, seconds: float) -> float:
    """Take the database away while all write; how long after its return the last phone was current and empty."""
    async with Proxy(database_target()) as proxy:
        with Server(folder, database_url("127.0.0.1", proxy.port)) as server:
            phones = [table.phone(seat, server.port) for seat in range(SEATS)]
            async with living(phones):
                await asyncio.gather(*(phone.until_current(table.counter, seconds=20) for phone in phones))
                proxy.mode = Mode.CUT
                until = time.monotonic() + seconds
                await asyncio.sleep(0.5)
                before = [set(phone.acknowledged) for phone in phones]
                while time.monotonic() < until:
                    for phone in phones:
                        table.write(phone)
                    await asyncio.sleep(0.3)
                assert [phone.acknowledged for phone in phones] == before
                proxy.mode = Mode.PASS
                return max(await asyncio.gather(*(phone.until_current(table.counter, seconds=60) for phone in phones)))


def test_a_database_that_was_away_costs_nobody_a_word(transactional_db: None, tmp_path: Path) -> None:
    seconds = volume(3, 30)
    [table] = prepare(1)
    took = asyncio.run(without_database(table, tmp_path, seconds))
    print(f"\n{datetime.now(UTC):%Y-%m-%d} database away for {seconds} s, everything in {took:.1f} s after its return")

    assert table.missing() == []
