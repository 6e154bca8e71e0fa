"""The real server of the fault tests, on the tests' database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.serving import Server
from tests.rooms.conftest import end_other_connections, port  # noqa: F401  # the same server in a thread, for the browser


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server that is up, and ended by its own process id."""
    with Server(tmp_path) as running:
        yield running
