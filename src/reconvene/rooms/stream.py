"""Server-sent events of the rooms: a bare ASGI callable beside Django, mounted by config.asgi at /rooms/<session id>/stream.

One connection per process listens to PostgreSQL and fans out to in-memory queues. A stream says that something happened and how many,
never what. It begins after the event that the page states, so nothing is missed and nothing comes twice. Every few seconds one look for all
streams of an organisation ends those whose reader signed out, left the group or left the organisation. While the database is away no stream
is open: each browser asks by itself instead, learns that nobody answers, and says so.
"""

import asyncio
import contextlib
import logging
import math
import random
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs

import psycopg

from reconvene.base import tenancy
from reconvene.rooms.actions.turning import CHANNEL
from reconvene.rooms.models import RoomEvent
from reconvene.rooms.viewers import (
    AWAY,
    Receive,
    Scope,
    Send,
    Viewer,
    gone,
    in_thread,
    parameters,
    remember,
    session_key_of,
    viewer_of,
)

log = logging.getLogger(__name__)

PATH = re.compile(r"^/rooms/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/stream$")
HEARTBEAT = 15.0  # seconds without another word; below the usual idle limit of proxies, and noticed by the page when it stops
GUARD = 3.0  # seconds between two looks at who may no longer listen; a stream is closed within five
SEEN_EVERY = 30.0  # seconds between two notes that somebody's screen is there; half of what makes a person away
LISTENER_BEAT = 10.0  # seconds; a database that is silent for longer is asked whether it is there
LISTENER_PATIENCE = 5.0  # seconds
LONGEST = 900.0  # seconds; then the browser comes back by itself
MOST_STREAMS = 3  # for each person: phone, laptop, shared screen
QUEUE_SIZE = 256  # a browser that is further behind starts afresh
BEAT = b"event: beat\ndata: \n\n"
RETRY_MILLISECONDS = (300, 1500)  # spread, because all come back at once
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache, no-transform"), (b"x-accel-buffering", b"no")]


@dataclass(frozen=True)
class Signal:
    """One event as it travels: its number, kind and count."""

    number: int
    kind: str
    count: int

    @cached_property
    def frame(self) -> bytes:
        """The event as the browser reads it; made once for all who hear it."""
        return f"id: {self.number}\ndata: {self.kind} {self.count}\n\n".encode()


@dataclass(eq=False, slots=True)
class Subscription:
    """One open stream: signals wait here until they are sent. None ends it; RESUME asks it to look into the database; ENOUGH tells the
    browser to ask by itself instead of coming back. A list and a future, because thousands of streams are open and mostly quiet.
    """

    viewer: Viewer
    seen: float = 0.0
    said: float = -math.inf
    waiting: list[Signal | None] = field(default_factory=list)
    woken: asyncio.Future[None] | None = None
    alarm: asyncio.TimerHandle | None = None

    def put(self, signal: Signal | None) -> None:
        """Hand over a signal; a stream too far behind is ended, and its browser comes back."""
        if len(self.waiting) >= QUEUE_SIZE:
            self.waiting, signal = [], None
        self.waiting.append(signal)
        if self.woken is not None and not self.woken.done():
            self.woken.set_result(None)

    async def next(self) -> Signal | None:
        """The signal that has waited for longest."""
        if not self.waiting:
            self.woken = asyncio.get_running_loop().create_future()
            await self.woken
        return self.waiting.pop(0)

    def beat(self) -> None:
        """Say that the stream is alive when it said nothing else for a HEARTBEAT, until it is closed."""
        loop = asyncio.get_running_loop()
        left = self.said + HEARTBEAT - loop.time()
        if left <= 0:
            self.put(PULSE)
            self.said, left = loop.time(), HEARTBEAT
        self.alarm = loop.call_later(left, self.beat)


PULSE = Signal(-3, "", 0)
RESUME = Signal(-1, "", 0)
ENOUGH = Signal(-2, "", 0)


class Switchboard:
    """All open streams of this process, and the one connection that listens for them."""

    def __init__(self) -> None:
        self.rooms: dict[uuid.UUID, set[Subscription]] = defaultdict(set)
        self.people: dict[uuid.UUID, list[Subscription]] = defaultdict(list)
        self.listening: asyncio.Task[None] | None = None
        self.guarding: asyncio.Task[None] | None = None
        self.heard = asyncio.Event()

    async def open(self, viewer: Viewer) -> Subscription:
        """Subscribe; a person's fourth stream ends their oldest. Returns once the process listens."""
        if self.listening is None or self.listening.done():
            self.heard = asyncio.Event()
            self.listening = asyncio.create_task(self.listen())
        if self.guarding is None or self.guarding.done():
            self.guarding = asyncio.create_task(self.guard())
        subscription = Subscription(viewer, asyncio.get_running_loop().time())
        self.rooms[viewer.room_id].add(subscription)
        mine = self.people[viewer.person_id]
        mine.append(subscription)
        if len(mine) > MOST_STREAMS:
            mine.pop(0).put(ENOUGH)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.heard.wait(), timeout=5)
        return subscription

    def close(self, subscription: Subscription) -> None:
        """Forget a stream; the last one of the process stops listening."""
        if subscription.alarm is not None:
            subscription.alarm.cancel()
        viewer = subscription.viewer
        self.rooms[viewer.room_id].discard(subscription)
        if not self.rooms[viewer.room_id]:
            del self.rooms[viewer.room_id]
        if subscription in self.people[viewer.person_id]:
            self.people[viewer.person_id].remove(subscription)
        if not self.people[viewer.person_id]:
            del self.people[viewer.person_id]
        if not self.rooms:
            for task in (self.listening, self.guarding):
                if task is not None:
                    task.cancel()
            self.listening = self.guarding = None

    async def listen(self) -> None:
        """Hear notifications and hand them out. After a lost connection every stream looks into the database for what it missed; when there
        is no connection to be had, every stream ends.
        """
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**parameters(), autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    self.heard.set()
                    self.hand_out_all(RESUME)
                    listener.add_notify_handler(lambda told: self.hand_out(told.payload))  # also for what comes with an answer
                    while True:
                        await self.hear(listener.pgconn)
                        async with asyncio.timeout(LISTENER_PATIENCE):
                            await listener.execute("SELECT 1")
            except (psycopg.Error, TimeoutError):
                log.warning("The rooms' listener lost the database; it tries again.")
                if not self.heard.is_set():
                    self.hand_out_all(None)
                self.heard.clear()
            await asyncio.sleep(random.uniform(0.2, 0.5))  # noqa: S311  # several processes come back

    async def hear(self, line: psycopg.pq.abc.PGconn) -> None:
        """Hand out what comes for one LISTENER_BEAT. Raises OperationalError when the connection is lost.

        The socket is read as soon as it has something. With psycopg's `notifies()`, which waits anew for each, a delivery cost a quarter more.
        """
        loop = asyncio.get_running_loop()
        broken, socket = loop.create_future(), line.socket

        def read() -> None:
            try:
                line.consume_input()
                while told := line.notifies():
                    self.hand_out(told.extra.decode())
            except psycopg.Error as problem:
                loop.remove_reader(socket)  # a closed socket stays readable
                if not broken.done():
                    broken.set_exception(problem)

        read()  # what came while the connection was asked
        try:
            if not broken.done():
                loop.add_reader(socket, read)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(broken, LISTENER_BEAT)
        finally:
            loop.remove_reader(socket)

    async def guard(self) -> None:
        """End the streams of those who may no longer listen, and note who is there: one look for each organisation."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(GUARD)
            by_organisation: dict[uuid.UUID, list[Subscription]] = defaultdict(list)
            for subscription in [one for mine in self.people.values() for one in mine]:
                by_organisation[subscription.viewer.organisation_id].append(subscription)
            for organisation_id, mine in by_organisation.items():
                due = [one for one in mine if loop.time() - one.seen >= SEEN_EVERY]
                try:
                    away = await in_thread(gone, organisation_id, [one.viewer for one in mine], [one.viewer for one in due])
                except AWAY:
                    continue  # the listener notices it too, and ends all streams
                for subscription in due:
                    subscription.seen = loop.time()
                for subscription in mine if away else ():
                    if subscription.viewer in away:
                        subscription.put(None)

    def hand_out(self, payload: str) -> None:
        """Give one notification to the streams of its room."""
        room, number, kind, count = payload.split(" ")
        signal = Signal(int(number), kind, int(count))
        for subscription in self.rooms.get(uuid.UUID(room), ()):
            subscription.put(signal)

    def hand_out_all(self, signal: Signal | None) -> None:
        """Give a signal to every stream, or end them all."""
        for subscriptions in self.rooms.values():
            for subscription in subscriptions:
                subscription.put(signal)


_switchboards: dict[asyncio.AbstractEventLoop, Switchboard] = {}


def switchboard() -> Switchboard:
    """The switchboard of the running event loop."""
    loop = asyncio.get_running_loop()
    for old in [known for known in _switchboards if known.is_closed()]:
        del _switchboards[old]
    return _switchboards.setdefault(loop, Switchboard())


def is_stream(scope: Scope) -> bool:
    """Whether a request is for a stream, for config.asgi to choose."""
    return scope["type"] == "http" and PATH.match(scope["path"]) is not None


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a stream: 404 for whoever is not a member, 503 without a database, otherwise events until it ends."""
    try:
        viewer = await in_thread(viewer_of, session_key_of(scope), _session_id(scope), scope["path"])
    except AWAY:
        return await _refuse(send, 503, b"Away")
    if viewer is None:
        return await _refuse(send, 404, b"Not here")
    remember(viewer)
    subscription = await switchboard().open(viewer)
    watch = asyncio.create_task(_watch(receive, subscription))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _write(send, f"retry: {random.randint(*RETRY_MILLISECONDS)}\n\n".encode())  # noqa: S311  # spreads those who come back
        with contextlib.suppress(*AWAY):  # the browser comes back, and hears then that the database is away
            await _stream(subscription, send, after=_after(scope))
    finally:
        watch.cancel()
        switchboard().close(subscription)


def _session_id(scope: Scope) -> uuid.UUID:
    """The session whose room is meant. The path has the form of one."""
    return uuid.UUID(scope["path"].split("/")[2])


async def _refuse(send: Send, status: int, words: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": words})


async def _stream(subscription: Subscription, send: Send, *, after: int) -> None:
    """Send what happened since `after`, then what happens, with a beat when it is quiet, until the time is up or the person has gone."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + LONGEST * random.uniform(0.9, 1.0)  # noqa: S311  # jitter
    after = await _catch_up(subscription.viewer, send, after=after)
    subscription.beat()  # so that the browser knows at once that words come through: some proxies hold them back
    while loop.time() < ends:
        signal = await subscription.next()
        if signal is None:
            return
        if signal is PULSE:
            await _write(send, BEAT)
            continue
        if signal is ENOUGH:
            await _write(send, b"event: enough\ndata: \n\n")
            return
        if signal is RESUME or signal.number > after + 1:
            after = await _catch_up(subscription.viewer, send, after=after)
        elif signal.number == after + 1:
            await _write(send, signal.frame)
            after, subscription.said = signal.number, loop.time()


async def _catch_up(viewer: Viewer, send: Send, *, after: int) -> int:
    """Send the events after `after` from the database; the number of the last."""
    for signal in await in_thread(_events_after, viewer, after):
        await _write(send, signal.frame)
        after = signal.number
    return after


async def _watch(receive: Receive, subscription: Subscription) -> None:
    """End the stream when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        continue
    subscription.put(None)


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _after(scope: Scope) -> int:
    """The last event that the browser knows: its own memory first, then what the page stated."""
    headers = dict(scope["headers"])
    told = headers.get(b"last-event-id", b"").decode("latin-1") or parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])[0]
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0


def _events_after(viewer: Viewer, after: int) -> list[Signal]:
    with tenancy.within(viewer.organisation_id):
        rows = RoomEvent.objects.filter(room_id=viewer.room_id, number__gt=after).values_list("number", "kind", "count")
        return [Signal(*row) for row in rows]
