"""A phone without a browser: the rules of room.js in Python, over real connections. What room.js changes, this must change too."""

import asyncio
import contextlib
import json
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.faults.serving import BEAT

PULSE = 2.0  # as in room.js
PATIENCE, SHORT_PATIENCE = 20.0, 6.5  # as in room.js
HANGING = 2.0  # as in room.js
QUIET = BEAT * 25 / 15  # room.js waits 25 s for a beat that comes every 15
OPENING = BEAT * 15  # as in room.js
TOKEN = "c" * 32


class NoConnection(Exception):
    """No answer, or one that does not say for whom it was made. `is_back`: a later question was answered first."""

    def __init__(self, is_back: bool = False) -> None:
        self.is_back = is_back
        super().__init__("no connection")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Entry:
    """One input that the server does not have yet."""

    number: int
    path: str
    body: dict[str, str]


@dataclass(eq=False)
class Question:
    """A request under way."""

    at: float
    task: "asyncio.Task[Any] | None"
    is_overtaken: bool = False


@dataclass
class Phone:
    """One member's phone. `port` is where its network begins."""

    port: int
    room: str
    person: uuid.UUID
    cookie: str
    known: int = 0
    stage: int = 0
    queue: dict[str, Entry] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)
    refused: list[tuple[Entry, str]] = field(default_factory=list)
    under_way: set[Question] = field(default_factory=set)
    heard: float = -1e9
    is_opening: bool = False
    has_words: asyncio.Event = field(default_factory=asyncio.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    last: int = 0
    round_trip: float = 0.0
    round_trips: list[float] = field(default_factory=list)

    # ------------------------------------------------------------ what the test does with it

    def write(self, path: str, body: dict[str, str], *, key: str = "") -> None:
        """Write something. A newer draft of the same boxes takes the place of an older one."""
        self.last = max(self.last + 1, time.time_ns() // 1000)
        old = self.queue.pop(key or path, None)
        self.queue[key or path] = Entry(self.last, path, {**(old.body if old else {}), **body})
        self.has_words.set()

    def card(self, to: uuid.UUID, text: str) -> None:
        """A card, with an id made here."""
        once = str(uuid.uuid4())
        self.write("cards/", {"client_id": once, "to": str(to), "kind": "question", "text": text}, key=once)

    def live(self) -> list["asyncio.Task[None]"]:
        """What it does all the time, each until it is cancelled: to be ended by `end`, since one of them may overhear being cancelled."""
        return [asyncio.create_task(part) for part in (self.follow(), self.send_all(), self.pulse())]

    async def until_current(self, number: int, *, seconds: float) -> float:
        """Wait until the stage shows event `number` and everything written before now is acknowledged; how long that took."""
        begun, written = time.monotonic(), self.last
        while self.stage < number or any(entry.number <= written for entry in self.queue.values()):
            if time.monotonic() - begun > seconds:
                waits = [(entry.path, entry.number) for entry in self.queue.values()]
                raise AssertionError(f"Not current after {seconds} s: stage {self.stage} of {number}, waiting {waits}")
            await asyncio.sleep(0.02)
        return time.monotonic() - begun

    # ------------------------------------------------------------ asking

    async def ask(
        self, method: str, path: str, body: dict[str, str] | None = None, *, patience: float = PATIENCE, **headers: str
    ) -> Answer:
        question = Question(time.monotonic(), None)
        question.task = asyncio.create_task(self.exchange(method, path, body, headers))
        self.under_way.add(question)
        try:
            async with asyncio.timeout(patience):
                answer = await question.task
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            raise NoConnection from error
        except asyncio.CancelledError:
            if question.is_overtaken:
                raise NoConnection(is_back=True) from None
            question.task.cancel()
            raise
        finally:
            self.under_way.discard(question)
        if answer.headers.get("x-person") != str(self.person):
            raise NoConnection
        now = time.monotonic()
        self.round_trip = now - question.at
        self.round_trips.append(self.round_trip)
        for earlier in self.under_way:
            if now - earlier.at > 1 + 4 * self.round_trip and earlier.task is not None:
                earlier.is_overtaken = True
                earlier.task.cancel()
        return answer

    async def exchange(self, method: str, path: str, body: dict[str, str] | None, headers: dict[str, str]) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self.request(method, path, body, headers))
            await writer.drain()
            raw = await reader.read()
        finally:
            writer.transport.abort()
        head, end, rest = raw.partition(b"\r\n\r\n")
        if not end:
            raise EOFError
        first, *lines = head.decode("latin-1").split("\r\n")
        found = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(found.get("content-length", len(rest)))
        if len(rest) < length:
            raise EOFError
        return Answer(int(first.split()[1]), found, rest.decode())

    def request(self, method: str, path: str, body: dict[str, str] | None, headers: dict[str, str]) -> bytes:
        data = urlencode(body or {})
        lines = [
            f"{method} {self.room}{path} HTTP/1.1", "Host: localhost", f"Cookie: {self.cookie}; reconvene_csrf={TOKEN}",
            f"X-Person: {self.person}", f"X-CSRFToken: {TOKEN}", "Connection: close",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(data)}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]  # fmt: skip
        return ("\r\n".join(lines) + "\r\n\r\n" + data).encode()

    # ------------------------------------------------------------ the queue

    async def send_all(self) -> None:
        while True:
            await self.has_words.wait()
            try:
                while self.queue:
                    await self.send(min(self.queue.values(), key=lambda entry: entry.number))
                self.has_words.clear()
            except NoConnection as problem:
                if not problem.is_back:
                    self.wake.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.wake.wait(), PULSE)

    async def send(self, entry: Entry) -> None:
        answer = await self.ask("POST", entry.path, entry.body, X_Draft="yes", X_Number=str(entry.number))
        if "json" not in answer.headers.get("content-type", ""):
            raise NoConnection
        told = json.loads(answer.text)
        if told["saved"]:
            self.acknowledged.add(entry.number)
        else:
            self.refused.append((entry, told["sentence"]))
        for key in [key for key, one in self.queue.items() if one.number == entry.number]:
            del self.queue[key]

    # ------------------------------------------------------------ the stream, and what takes its place

    async def follow(self) -> None:
        """Hold a stream as long as it speaks; open the next one when somebody was answered."""
        while True:
            self.is_opening = True
            with contextlib.suppress(OSError, EOFError, ValueError, TimeoutError):
                await self.listen()
            self.is_opening, self.heard = False, -1e9
            self.wake.clear()
            await self.wake.wait()

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self.request("GET", f"stream?after={self.known}", None, {}))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), OPENING)
            if b" 200 " not in head.split(b"\r\n", 1)[0] or b"text/event-stream" not in head:
                raise EOFError
            number = 0
            while line := await asyncio.wait_for(reader.readline(), QUIET):
                words = line.decode().strip()
                if words.startswith("id: "):
                    number = int(words[4:])
                elif words.startswith(("data:", "event:")):
                    self.heard = time.monotonic()
                    self.known = max(self.known, number)
        finally:
            writer.transport.abort()

    async def pulse(self) -> None:
        asking: set[asyncio.Task[None]] = set()
        last_poll = -1e9
        while True:
            await asyncio.sleep(0.05)
            asking = {task for task in asking if not task.done()}
            now = time.monotonic()
            is_hanging = any(now - question.at > HANGING + 4 * self.round_trip for question in self.under_way)
            if (now - self.heard > QUIET or is_hanging) and now - last_poll >= max(PULSE, 2 * self.round_trip) and len(asking) < 3:
                last_poll = now
                asking.add(asyncio.create_task(self.poll()))
            elif self.stage < self.known and not asking:
                asking.add(asyncio.create_task(self.refresh()))

    async def poll(self) -> None:
        try:
            answer = await self.ask("POST", "seen/", patience=SHORT_PATIENCE)
            self.known = max(self.known, int(json.loads(answer.text)["counter"]))
        except (NoConnection, ValueError, KeyError):
            return
        self.wake.set()
        if self.stage < self.known:
            await self.refresh()

    async def refresh(self) -> None:
        try:
            answer = await self.ask("GET", "stage/", HX_Request="true")
        except NoConnection:
            await asyncio.sleep(PULSE / 4)
            return
        found = re.search(r'id="stage"[^>]*data-counter="(\d+)"', answer.text)
        if found:
            self.stage = max(self.stage, int(found[1]))
            self.known = max(self.known, self.stage)


async def end(tasks: Iterable["asyncio.Task[Any]"]) -> list[Any]:
    """Cancel until they have ended: in Python 3.11 a wait that is over at the same instant swallows the cancelling."""
    waiting = set(tasks)
    while pending := {task for task in waiting if not task.done()}:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=0.2)
    return await asyncio.gather(*waiting, return_exceptions=True)
