"""A server on loopback for the tests that need real streams or a real browser."""

import importlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.db import connections

from reconvene.config import asgi
from reconvene.config.serving import publish_static


@pytest.fixture(scope="session", autouse=True)
def end_other_connections(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Playwright's greenlets keep a database connection of their own, which would hold up the removal of the test database."""
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connections.close_all()


@pytest.fixture
def port(settings: Any, tmp_path: Path) -> Iterator[int]:
    """The port of a server with the whole application, in a thread of its own. Its static files are found when it is built."""
    settings.STATIC_ROOT = tmp_path
    publish_static()
    application = importlib.reload(asgi).application
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    config = uvicorn.Config(application, host="127.0.0.1", port=free, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield free
    server.should_exit = True
    thread.join(timeout=10)
    connections.close_all()
