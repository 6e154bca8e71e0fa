"""A server on loopback for the tests that need real streams or a real browser."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from django.db import connections

from reconvene.config.asgi import application


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server with the whole application, in a thread of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    config = uvicorn.Config(application, host="127.0.0.1", port=free, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield free
    server.should_exit = True
    thread.join(timeout=10)
    connections.close_all()
