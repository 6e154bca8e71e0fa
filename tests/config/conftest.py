"""One prepared database for this folder's tests, copied for each test that changes it: setting one up takes seconds, copying does not."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.installation import KEY, SETUP, Installation
from tests.databases import migrated, own_database


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database after `reconvene setup`."""
    name = f"prepared_{os.getpid()}"
    with own_database(name, like=migrated()) as url:
        done = Installation(tmp_path_factory.mktemp("var"), url, {"RECONVENE_SECRET_KEY": KEY}).run(*SETUP)
        assert done.returncode == 0, done.stderr
        yield name


@pytest.fixture
def installation(prepared: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation that is set up, with a database of its own."""
    with own_database(f"installation_{os.getpid()}", like=prepared) as url:
        yield Installation(tmp_path, url, {"RECONVENE_SECRET_KEY": KEY})


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Installation]:
    """An installation before its set-up: an empty database and no settings."""
    with own_database(f"bare_{os.getpid()}") as url:
        yield Installation(tmp_path, url)
