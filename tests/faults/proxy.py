"""A small TCP proxy that fails in the ways networks fail. Loopback only; `mode` may be changed at any moment and holds for open lines too."""

import asyncio
import random
import threading
from enum import StrEnum
from types import TracebackType
from typing import Self

from tests.faults.phones import end

LATENCY = 2.5  # seconds each way: five until an answer
LOSS = 0.2  # share of new lines that are cut
PORTAL = b"<!doctype html><title>Hotel wifi</title><h1>Please accept our terms</h1>"
CHUNK = 65536


class Mode(StrEnum):
    """What happens to bytes."""

    PASS = "pass"
    CUT = "cut"  # open lines are reset, new ones too
    STALL = "stall"  # nothing comes through; what waits comes through late
    HALF_OPEN = "half_open"  # lines are accepted, and what is sent is swallowed for good
    DELAY = "delay"
    LOSS = "loss"
    PORTAL = "portal"  # a captive portal answers in place of the server


FAULTS = tuple(mode for mode in Mode if mode is not Mode.PASS)


class Proxy:
    """One way to `target`, a port on loopback or the path of a socket."""

    def __init__(self, target: int | str) -> None:
        self.target = target
        self.port = 0
        self._mode = Mode.PASS
        self._lines: set[asyncio.StreamWriter] = set()
        self._work: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._change: asyncio.Event = asyncio.Event()

    @property
    def mode(self) -> Mode:
        """How the network is now."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        if mode in (Mode.CUT, Mode.PORTAL):
            for line in self._lines:
                line.transport.abort()
        self._change.set()
        self._change = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        await end(self._work)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._work.add(task)
        self._lines.add(writer)
        try:
            await self._carry(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the end of a line is what this is for
        finally:
            self._work.discard(task)
            self._lines.discard(writer)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode is Mode.PORTAL:
            await reader.read(CHUNK)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PORTAL)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + PORTAL)
            await writer.drain()
            return
        if self.mode is Mode.CUT or (self.mode is Mode.LOSS and random.random() < LOSS):
            return
        if isinstance(self.target, str):
            there_reader, there_writer = await asyncio.open_unix_connection(self.target)
        else:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [asyncio.create_task(self._pump(reader, there_writer)), asyncio.create_task(self._pump(there_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            there_writer.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(CHUNK):
            if self.mode is Mode.HALF_OPEN:
                continue
            if self.mode is Mode.DELAY:
                await asyncio.sleep(LATENCY)
            while self.mode is Mode.STALL:
                await self._change.wait()
            sink.write(chunk)
            await sink.drain()


class ProxyInThread:
    """The same for tests without an event loop of their own."""

    def __init__(self, target: int | str) -> None:
        self.proxy = Proxy(target)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.proxy.__aenter__(), self.loop).result(5)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self.proxy.__aexit__(None, None, None), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.proxy.port

    def turn(self, mode: Mode) -> None:
        """Change how the network is."""

        async def change() -> None:
            self.proxy.mode = mode

        asyncio.run_coroutine_threadsafe(change(), self.loop).result(5)
