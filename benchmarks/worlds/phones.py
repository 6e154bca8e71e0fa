"""Phones in rooms, as the load of `benchmarks/rooms.py` and `streams.py`: a browser, a seat with an open stream, a table of six."""

import asyncio
import random
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

SEATS = 6
AT_MOST = 0.08  # seconds that a phone waits before it fetches, as in room.js
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before a phone asks again

TOKEN = "a" * 32


@dataclass(eq=False)
class Browser:
    """One signed-in browser with one kept connection for its requests. `servers` are the ports of the web processes behind the address with `port`,
    of which one answers, as a balancer chooses.
    """

    port: int
    cookie: str
    person: str
    servers: Sequence[int] = ()
    spans: list[float] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wires: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: str | None = None, *, lines: str = "", may_come_late: bool = False) -> str:
        """The text of an answer that must be 200, or 409 for what may meet a room that has just gone a step back."""
        async with self.lock:
            begun = time.monotonic()
            method = "GET" if body is None else "POST"
            sent = "" if body is None else f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            question = f"{method} {path} HTTP/1.1\r\n{self.head}{lines}{sent}\r\n{body or ''}".encode()
            head = await self.answered(question)
            length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            assert self.wires is not None
            text = (await self.wires[0].readexactly(int(length[1]) if length else 0)).decode()
            answer = head.split("\r\n", 1)[0]
            if " 200 " not in answer and not (may_come_late and " 409 " in answer):
                raise SystemExit(f"{method} {path.rsplit('/', 2)[-2]}: {head.splitlines()[0]} {text[:200]}")
            self.spans.append(time.monotonic() - begun)
            return text

    async def answered(self, question: bytes) -> str:
        """As `exchange`, again and again with the same number as a phone does: a server may end a connection that was not used for a while."""
        for pause in PAUSES:
            try:
                return await self.exchange(question)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.wires = None
                await asyncio.sleep(pause)
        return await self.exchange(question)

    async def exchange(self, question: bytes) -> str:
        """Send on the kept connection, or on a new one; the head of the answer."""
        self.wires = self.wires or await self.connect()
        self.wires[1].write(question)
        return (await self.wires[0].readuntil(b"\r\n\r\n")).decode("latin-1")

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to one of the processes."""
        return await asyncio.open_connection("127.0.0.1", random.choice(self.servers or (self.port,)))

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
        has written, so it fetches that list then.
        """
        fetching: asyncio.Task[None] | None = None
        reader, writer = await self.connect()
        writer.write(f"GET {path}stream?after={self.known} HTTP/1.1\r\n{self.head}\r\n".encode())
        try:
            while line := await reader.readline():
                self.is_open = self.is_open or line.startswith(b"event: beat")
                if line.startswith(b"id: "):
                    self.known = int(line[4:])
                    self.heard[self.known] = time.monotonic()
                    is_count = (await reader.readline()).startswith(b"data: count")
                    if is_count and not self.is_host and self.stage == self.known - 1:
                        self.shown[self.known], self.stage = time.monotonic(), self.known
                    elif fetching is None or fetching.done():
                        fetching = asyncio.create_task(self.fetch(path, is_count=is_count and self.stage == self.known - 1))
        finally:
            writer.close()

    async def fetch(self, path: str, *, is_count: bool) -> None:
        """Fetch until the stage shows the last event that was heard of; after a count first only who still writes."""
        if is_count:
            found = re.search(r'data-counted="(\d+)"', await self.ask(f"{path}stage/?of=waits", lines="HX-Request: true\r\n"))
            if found and int(found[1]) == self.stage + 1:
                self.shown[self.stage + 1], self.stage = time.monotonic(), self.stage + 1
        while self.stage < self.known:
            await asyncio.sleep(random.uniform(0, AT_MOST))
            self.show(await self.ask(f"{path}stage/", lines="HX-Request: true\r\n"))

    def show(self, text: str) -> None:
        """Note which events a stage shows."""
        found = re.search(r'data-counter="(\d+)"', text)
        reached = int(found[1]) if found else 0
        self.shown.update(dict.fromkeys(range(self.stage + 1, reached + 1), time.monotonic()))
        self.stage = max(self.stage, reached)

    async def write(self, path: str, number: int) -> None:
        """Save the next draft of one idea."""
        begun = time.monotonic()
        body = f"idea-{self.box}=What+I+would+try+as+of+{number}"
        await self.ask(f"{path}ideas/", body, lines=f"X-Draft: yes\r\nX-Number: {time.time_ns() // 1000}\r\n", may_come_late=True)
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
    ahead: int = 0  # how many of the round's events are over at the beginning, so that rooms do not move at the same moment
    posted: dict[int, tuple[Seat, float]] = field(default_factory=dict)
    first: int = field(init=False)  # number of the last event before the round began

    def __post_init__(self) -> None:
        self.first = self.number

    @property
    def at(self) -> int:
        """Which event of the round is next: five say that they have written, the host goes back, the host goes on."""
        return (self.ahead + len(self.posted)) % (SEATS + 1)

    async def tap(self) -> None:
        """The next shared event: five say one after the other that they have written, the host goes a step back and on again. Its number is the
        next one.
        """
        at = self.at
        host, *others = self.seats
        seat, move, seen = (others[at], "done", self.writing) if at < len(others) else (host, "back", self.writing)
        if at == SEATS:
            seat, move, seen = host, "next", self.before
        self.number += 1
        self.posted[self.number] = (seat, time.monotonic())
        if move == "done":
            await seat.ask(
                f"{self.path}moves/", f"move={move}&seen={seen}", lines=f"X-Draft: yes\r\nX-Number: {time.time_ns() // 1000}\r\n"
            )
            await seat.ask(f"{self.path}stage/", lines="HX-Request: true\r\n")
        else:  # what moves everybody is answered with the stage
            seat.show(await seat.ask(f"{self.path}moves/", f"move={move}&seen={seen}", lines="HX-Request: true\r\n"))

    async def draft(self, seat: Seat, number: int) -> None:
        """One phone saves what was typed, if the step on its screen is for writing: between the host's step back and on it is not."""
        if (self.ahead + seat.stage - self.first) % (SEATS + 1) != SEATS:
            await seat.write(self.path, number)
