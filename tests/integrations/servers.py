"""A small real web server on this machine, whose answers a test says."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Reply = tuple[int, dict[str, str], bytes]
"""Status, headers, body. A Content-Length is added unless it is there."""
NO_ANSWERS = [
    (401, b"", "", "refused"),
    (403, b"", "", "refused"),
    (404, b"", "", "not_found"),
    (500, b"", "", "away"),
    (503, b"", "", "away"),
]
"""Status, body, content type and class of answers that bring nothing, whatever was asked."""
Behaviour = Callable[[BaseHTTPRequestHandler, Asked], Reply | None]
"""What the server does; None when it has written to the socket by itself."""


@dataclass
class Server:
    """A server that is up."""

    origin: str
    asked: list[Asked] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, so that a server that hangs lets go."""


@contextlib.contextmanager
def server(behaviour: Behaviour) -> Iterator[Server]:
    """Serve on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with contextlib.suppress(OSError):
                super().handle_one_request()

        def log_message(self, *_: Any) -> None:
            return

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = Asked(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            up.asked.append(asked)
            reply = behaviour(self, asked)
            if reply is None:
                self.close_connection = True
                return
            status, headers, content = reply
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_CONNECT = do_GET = do_POST = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = do  # noqa: N815  # the library's names

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    up = Server(f"http://localhost:{listening.server_address[1]}")
    thread = threading.Thread(target=listening.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield up
    finally:
        up.ends.set()
        listening.shutdown()
        listening.server_close()


def always(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """The same answer to everything."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _handler, _asked: (status, named, body)
