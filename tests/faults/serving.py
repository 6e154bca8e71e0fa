"""The real server in a process of its own, to be killed: `python -m tests.faults.serving PORT BEAT`. Its streams beat every BEAT seconds,
so that a dead one is noticed in test time; nothing else differs from `reconvene serve`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import uvicorn
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
BEAT = 1.0


def main() -> None:
    """Serve until ended."""
    from reconvene.config.asgi import application
    from reconvene.rooms import stream

    stream.HEARTBEAT = float(sys.argv[2])
    uvicorn.run(application, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", timeout_graceful_shutdown=1)


def database_url(host: str = "", port: int | None = None) -> str:
    """The tests' database, by its own way or by another host and port."""
    known = connections["default"].get_connection_params()
    at = host or known.get("host", "")
    name, secret = quote(known["user"]), quote(known.get("password", ""), safe="")
    return f"postgresql://{name}:{secret}@/{known['dbname']}?host={quote(at, safe='')}&port={port or known.get('port') or 5432}"


def database_target() -> int | str:
    """Where the tests' database listens, for a proxy in front of it."""
    known = connections["default"].get_connection_params()
    port = int(known.get("port") or 5432)
    return f"{known['host']}/.s.PGSQL.{port}" if str(known.get("host", "")).startswith("/") else port


class Server:
    """One server on a fixed port; `kill` is kill -9, by its own process id."""

    def __init__(self, folder: Path, database: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.surroundings = {
            **os.environ, "DATABASE_URL": database or database_url(), "RECONVENE_VAR": str(folder),
            "RECONVENE_SECRET_KEY": settings.SECRET_KEY, "RECONVENE_ORIGIN": f"http://localhost:{self.port}",
        }  # fmt: skip
        self.surroundings.pop("RECONVENE_TESTING", None)
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "tests.faults.serving", str(self.port), str(BEAT)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.surroundings, stdout=output, stderr=output)
        until = time.monotonic() + 40
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"The server did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End it as a power cut ends it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


if __name__ == "__main__":
    main()
