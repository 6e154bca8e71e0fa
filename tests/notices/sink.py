"""A mail server that only swallows: `python -m tests.notices.sink PORT FILE` writes one line for each mail it took, moment and Message-ID.

Bare asyncio, because aiosmtpd in front of two workers would be what is measured. Moments are of the machine's steady clock, in seconds.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ANSWERS = {b"QUIT": b"221 bye\r\n", b"DATA": b"354 go on\r\n"}


@dataclass(frozen=True)
class Sink:
    """A running server and the file in which it notes what came."""

    port: int
    file: Path

    @property
    def count(self) -> int:
        """How many mails were taken so far. Cheap enough to be asked again and again beside what is measured."""
        return self.file.read_bytes().count(b"\n") if self.file.exists() else 0

    def arrived(self) -> list[tuple[float, str]]:
        """Moment and Message-ID of every mail that was taken so far, in order."""
        text = self.file.read_text() if self.file.exists() else ""
        lines = [line.split(" ", 1) for line in text[: text.rfind("\n") + 1].splitlines()]
        return [(float(moment), name) for moment, name in lines]


@contextmanager
def sink(file: Path) -> Iterator[Sink]:
    """A sink in a process of its own while this lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "tests.notices.sink", str(port), str(file)])
    try:
        _wait_for(port)
        yield Sink(port, file)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("The sink did not start.")


async def _swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: TextIO) -> None:
    try:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(ANSWERS.get(verb, b"250 fine\r\n"))
            if verb == b"DATA":
                mail = await reader.readuntil(b"\r\n.\r\n")
                log.write(f"{time.monotonic()} {_id_of(mail)}\n")
                writer.write(b"250 taken\r\n")
            await writer.drain()
            if verb == b"QUIT":
                break
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # whoever sent was killed
    finally:
        writer.close()


def _id_of(mail: bytes) -> str:
    return next((line[11:].strip().decode() for line in mail.splitlines() if line.lower().startswith(b"message-id:")), "")


async def _main(port: int, file: Path) -> None:
    with file.open("a", buffering=1) as log:
        server = await asyncio.start_server(lambda reader, writer: _swallow(reader, writer, log), "127.0.0.1", port, limit=10_000_000)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2])))
