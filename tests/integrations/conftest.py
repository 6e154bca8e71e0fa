"""The readers ask servers on this machine, which is otherwise forbidden."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def inside(settings: Any) -> None:
    """This machine counts as inside the company."""
    settings.INSIDE_HOSTS = frozenset({"localhost"})
