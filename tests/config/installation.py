"""An installation of its own for the tests of the command line: a database on the tests' server, a folder for its files, real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from aiosmtpd.controller import Controller
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-for-one-installation-of-the-tests-0123456789-and-a-bit-more"
SETUP = (
    "setup", "--organisation", "Aldermoor", "--admin-name", "Ada Example", "--admin-email", "ada@aldermoor.example", "--time-zone", "Europe/Berlin",
)  # fmt: skip


@dataclass
class Installation:
    """Where it keeps its files, its database's address (empty: the embedded one), and what else stands in its environment."""

    var: Path
    url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of its commands: nothing of the tests' own."""
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith("RECONVENE_") and name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
        }
        learnt = self.var / "text"  # from the guides; it would take each installation fifteen seconds
        if not learnt.is_symlink():
            learnt.symlink_to(ROOT / "var" / "text")
        return {**kept, "RECONVENE_VAR": str(self.var), **({"DATABASE_URL": self.url} if self.url else {}), **self.more}

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            command(*arguments), cwd=ROOT, env={**self.surroundings, **more}, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=90, check=False,
        )  # fmt: skip

    @contextmanager
    def serving(self, *arguments: str) -> Iterator["Serving"]:
        """`reconvene serve` on a free port, answering; ended with its worker when the test has not done so."""
        port = free_port()
        log = self.var / "serve.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command("serve", "--port", str(port), *arguments), cwd=ROOT, env=self.surroundings, stdout=output, stderr=output,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        found = Serving(process, port, log)
        try:
            found.wait_until_up()
            yield found
        finally:
            end(process.pid, *found.children())
            process.wait(timeout=10)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Look into its database across organisations."""
        with psycopg.connect(self.url, options="-c reconvene.organisation=*") as own:
            return own.execute(query).fetchall()

    @contextmanager
    def opened(self) -> Iterator[None]:
        """This process works in the installation's database."""
        usual = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = urlsplit(self.url).path.lstrip("/")
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual


@dataclass
class Serving:
    """A running `reconvene serve`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def wait_until_up(self) -> None:
        """Until the sign-in page is there."""
        until = time.monotonic() + 40
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            with suppress(OSError):
                if self.get("/sign-in/")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text()[-3000:])

    def get(self, path: str, *, cookie: str = "", data: bytes | None = None) -> tuple[int, str]:
        """Status and text of an answer."""
        asked = urllib.request.Request(f"http://localhost:{self.port}{path}", data=data, headers={"Cookie": cookie})
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def children(self) -> list[int]:
        """Process numbers of its worker."""
        with suppress(OSError):
            return [
                int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            ] + self._others()
        return []

    def _others(self) -> list[int]:
        """Children that another thread started."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for one in lists if one.parent.name != str(self.process.pid) for pid in one.read_text().split()]


def command(*arguments: str) -> list[str]:
    """The command line as a process of its own."""
    return [sys.executable, "-m", "reconvene.config.cli", *arguments]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    """Whether a process runs, zombies left out."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def wait_until(answer: Any, *, seconds: float = 15) -> bool:
    """Whether `answer()` becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer():
            return True
        time.sleep(0.1)
    return bool(answer())


def end(*pids: int) -> None:
    """End processes that are still there."""
    for pid in pids:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


class Accepting:
    """A mail server that takes everything and keeps the recipients."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.to += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[str, Accepting]]:
    """A mail server on loopback: its RECONVENE_MAIL_URL and what it got."""
    handler, port = Accepting(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", handler
    finally:
        controller.stop(no_assert=True)
