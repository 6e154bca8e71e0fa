"""The real server of the fault tests, on the tests' database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.hall import IS_FULL
from tests.faults.serving import Server
from tests.rooms.conftest import end_other_connections, port  # noqa: F401  # the same server in a thread, for the browser

# Minutes of real browsers, of which make test plays one whole cycle in four; and what needs libfaketime.
collect_ignore = [] if IS_FULL else ["test_six_phones.py", "test_clocks.py"]


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """A server that is up, and ended by its own process id."""
    with Server(tmp_path) as running:
        yield running
