"""Two web processes on one database: what happens through one reaches the streams at the other."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.faults.hall import SEATS, prepare
from tests.faults.phones import Phone, end
from tests.faults.serving import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]


async def all_hear(phones: Sequence[Phone], first: int) -> None:
    """Only by their streams, whoever taps at whichever server."""
    listening = [asyncio.create_task(phone.listen()) for phone in phones]
    try:
        async with asyncio.timeout(30):
            while any(phone.heard < 0 for phone in phones):
                await asyncio.sleep(0.05)
            for number, (phone, move) in enumerate(zip(phones, ("pause", "go_on", "pause", "go_on"), strict=False), start=first + 1):
                assert (await phone.ask("POST", "moves/", {"move": move, "seen": ""}, HX_Request="true")).status == 200
                while {one.known for one in phones} != {number}:
                    await asyncio.sleep(0.02)
    finally:
        await end(listening)


def test_what_happens_at_one_server_is_heard_at_the_other(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    [table] = prepare(1)
    with Server(tmp_path_factory.mktemp("second")) as second:
        phones = [table.phone(seat, (server, second)[seat % 2].port) for seat in range(SEATS)]
        asyncio.run(all_hear(phones, table.counter))
    assert {phone.known for phone in phones} == {table.counter + 4}
