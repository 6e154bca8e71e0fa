"""What a stream costs: memory for each one that is open, and the CPU of delivery, beside a bare Starlette server that does the same.

Both servers run in one process of uvicorn each, turn by turn, so that a slower minute of the machine meets both, with the same load from the same machine: every room of six has a post five times a
minute for each of its members' streams to hear. Ours is told by the database that the post was committed there, which the load does itself, as a tap does: event and notification in one
transaction. Starlette takes the post by HTTP, keeps nothing, and hands it to six queues. Prints CPU for each delivery and resident memory for each open stream,
with one stream for each phone and then two. Exits non-zero when ours takes more CPU than Starlette or 25 kB of memory for a stream.

    python -m benchmarks.streams [--rooms 200] [--seconds 10] [--turns 2]
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.rooms import prepare
from benchmarks.worlds.phones import Table
from benchmarks.worlds.processes import cpu, family, free_port, memory, on_a_fresh_database, start

MUST_BYTES = 25_000
EVERY = 2.0  # seconds between two posts in one room

STARLETTE = """
import asyncio
from collections import defaultdict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

rooms = defaultdict(set)

async def stream(request: Request) -> StreamingResponse:
    queue = asyncio.Queue(256)
    here = rooms[request.path_params["room"]]
    here.add(queue)

    async def events():
        try:
            yield b"event: beat\\ndata: \\n\\n"
            while True:
                yield await queue.get()
        finally:
            here.discard(queue)

    return StreamingResponse(events(), media_type="text/event-stream")

async def post(request: Request) -> PlainTextResponse:
    frame = b"id: " + await request.body() + b"\\ndata: moved 0\\n\\n"
    for queue in rooms[request.path_params["room"]]:
        queue.put_nowait(frame)
    return PlainTextResponse("")

app = Starlette(routes=[Route("/{room}/stream", stream), Route("/{room}/post", post, methods=["POST"])])
"""


@dataclass
class Ears:
    """All streams of a run: how many events they heard in all."""

    heard: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def listen(self, port: int, path: str, head: str) -> None:
        """Hold one stream open."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        try:
            while line := await reader.readline():
                self.heard += line.startswith(b"id: ")
        finally:
            writer.close()

    async def open(self, streams: list[tuple[int, str, str]]) -> None:
        """Open streams and wait until they are."""
        self.tasks += [asyncio.create_task(self.listen(*one)) for one in streams]
        await asyncio.sleep(3 + len(streams) / 60)

    async def close(self) -> None:
        """End them all."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def measure(
    servers: list[int], streams: list[tuple[int, str, str]], posts: list[Callable[[], Awaitable[None]]], *, seconds: float
) -> dict[str, float]:
    """Open every stream, post, open every stream once more: CPU seconds for each delivery, bytes for each stream."""
    warm = Ears()
    await warm.open(streams[:60])  # what a server loads once is no stream's
    await warm.close()
    await asyncio.sleep(2)
    ears, before = Ears(), memory(servers)
    await ears.open(streams)
    found = {"bytes": (memory(servers) - before) / len(streams), "cpu": -cpu(servers)}
    until = time.monotonic() + seconds

    async def post_often(post: Callable[[], Awaitable[None]], wait: float) -> None:
        await asyncio.sleep(wait)
        while time.monotonic() < until:
            begun = time.monotonic()
            await post()
            await asyncio.sleep(max(0.0, begun + EVERY - time.monotonic()))

    heard = ears.heard
    await asyncio.gather(*(post_often(post, EVERY * number / len(posts)) for number, post in enumerate(posts)))
    await asyncio.sleep(1)
    found["cpu"] = (found["cpu"] + cpu(servers)) / (ears.heard - heard)
    found["deliveries"] = ears.heard - heard
    await ears.open(streams)
    found["bytes of two"] = (memory(servers) - before) / len(streams) / 2
    await ears.close()
    return found


async def ours(port: int, tables: list[Table], servers: list[int], database: str, *, seconds: float) -> dict[str, float]:
    """Measure our server: a post is an event and its notification, committed."""
    organisation = tables[0].organisation
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        lock = asyncio.Lock()

        def post_in(table: Table) -> Callable[[], Awaitable[None]]:
            async def post() -> None:
                table.number += 1
                async with lock, connection.transaction():
                    await connection.execute("SELECT set_config('reconvene.organisation', %s, true)", [str(organisation)])
                    await connection.execute("UPDATE rooms_room SET counter = %s WHERE id = %s", [table.number, table.room])
                    await connection.execute(
                        "INSERT INTO rooms_roomevent (id, organisation_id, room_id, number, kind, count, at) VALUES (%s, %s, %s, %s, 'moved', 0, now())",
                        [uuid.uuid4(), organisation, table.room, table.number],
                    )
                    await connection.execute("SELECT pg_notify('reconvene_rooms', %s)", [f"{table.room} {table.number} moved 0"])

            return post

        streams = [(port, f"{table.path}stream?after={table.number}", seat.head) for table in tables for seat in table.seats]
        return await measure(servers, streams, [post_in(table) for table in tables], seconds=seconds)


async def starlettes(port: int, rooms: int, servers: list[int], *, seconds: float) -> dict[str, float]:
    """Measure Starlette: a post is a small request."""

    def post_in(room: int) -> Callable[[], Awaitable[None]]:
        wires: list[Any] = []
        number = 0

        async def post() -> None:
            nonlocal number
            number += 1
            wires[:] = wires or await asyncio.open_connection("127.0.0.1", port)
            body = str(number)
            wires[1].write(f"POST /{room}/post HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            await wires[0].readuntil(b"\r\n\r\n")

        return post

    streams = [(port, f"/{room}/stream", "Host: localhost\r\n") for room in range(rooms) for _ in range(6)]
    return await measure(servers, streams, [post_in(room) for room in range(rooms)], seconds=seconds)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--turns", type=int, default=2)
    options = parser.parse_args()
    return on_a_fresh_database(lambda database, port: run(options, database, port))


def run(options: argparse.Namespace, database: str, port: int) -> int:
    """Measure both servers, turn by turn, each time anew."""
    tables, _bystander = prepare(options.rooms, port)
    folder, known = Path(os.environ["RECONVENE_VAR"]), os.environ.get("PYTHONPATH", "")
    (folder / "bare_starlette.py").write_text(STARLETTE)
    mine, theirs = [], []
    for _ in range(options.turns):
        with start("reconvene.config.asgi:application", port) as server:
            mine.append(asyncio.run(ours(port, tables, family(server), database, seconds=options.seconds)))
        os.environ["PYTHONPATH"], other = str(folder), free_port()
        with start("bare_starlette:app", other) as server:
            theirs.append(asyncio.run(starlettes(other, options.rooms, family(server), seconds=options.seconds)))
        os.environ["PYTHONPATH"] = known
    means = [{name: statistics.fmean(turn[name] for turn in turns) for name in turns[0]} for turns in (mine, theirs)]
    for who, turns, found in zip(("ours, committed", "bare Starlette"), (mine, theirs), means, strict=True):
        each = ", ".join(f"{1e6 * turn['cpu']:.0f}" for turn in turns)
        print(
            f"{who:>16}: {1e6 * found['cpu']:4.0f} us CPU a delivery ({each}), {found['deliveries']:.0f} deliveries a turn; a stream "
            f"{found['bytes'] / 1000:.1f} kB at {6 * options.rooms} open, {found['bytes of two'] / 1000:.1f} kB at {12 * options.rooms}"
        )
    return 1 if means[0]["cpu"] > means[1]["cpu"] or max(means[0]["bytes"], means[0]["bytes of two"]) > MUST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
