"""The tests' ground: the embedded PostgreSQL without fsync, one organisation around every database test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.middleware import csrf
from django.test import TransactionTestCase
from playwright.sync_api import Browser, sync_playwright

from reconvene.config.embedded import Embedded
from tests import databases
from tests.chromium import launch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")
os.environ["RECONVENE_TESTING"] = "1"
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
_embedded: Embedded | None = None

if not os.environ.get("DATABASE_URL"):
    # One server for all workers of all checkouts' runs of this user; it ends with the last of them.
    # In memory where there is room: each file of browser tests copies a whole database, and a disk would be half of that.
    _memory = Path("/dev/shm")
    _room = _memory.is_dir() and shutil.disk_usage(_memory).free > 4 << 30
    _embedded = Embedded((_memory if _room else Path(tempfile.gettempdir())) / f"reconvene-tests-{os.getuid()}", durable=False)
    os.environ["DATABASE_URL"] = _embedded.start()

gc.disable()  # what is loaded and collected stays to the end: looking through it for waste, again and again, would be a twentieth of the run
django.setup()

# Tests look for names and words in whole pages. A random token of all letters spells "Joy" in one page of some thousands;
# one of small consonants never does.
csrf.CSRF_ALLOWED_CHARS = "bcdfghjklmnpqrstvwxz"

TransactionTestCase._fixture_teardown = databases.empty

collect_ignore_glob = [] if SHARED.is_dir() else ["**/test_shared_*.py"]


def pytest_collection_finish() -> None:
    """Now it pays again."""
    gc.freeze()
    gc.enable()


def pytest_report_header() -> str:
    """One line about what is left out."""
    return "real files of others: " + ("tested" if SHARED.is_dir() else "left out, ../shared is not there")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI set, what was collected must also have run: a skip is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped:
        reporter.write_line(f"With CI set nothing may be skipped; {len(skipped)} were.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    """Throw away what the run's workers shared, and give the server back."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        databases.forget_copied()
    if _embedded is not None:
        _embedded.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The tests' own database begins as a copy, too."""
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = databases.migrated()


@pytest.fixture(autouse=True)
def in_an_organisation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses the database runs inside the organisation of `tests.world`, unless it is marked `nowhere`."""
    uses_database = request.node.get_closest_marker("django_db") is not None
    if not uses_database or request.node.get_closest_marker("nowhere") is not None:
        yield
        return
    request.getfixturevalue("transactional_db" if _is_transactional(request) else "db")
    from reconvene.base import tenancy
    from tests import world

    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        yield


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="module")
def one_chromium() -> Iterator[Browser]:
    """The machine's Chromium. Playwright's own event loop makes Django believe it is called from async code."""
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield launch(playwright)


@pytest.fixture
def chromium(one_chromium: Browser) -> Iterator[Browser]:
    """A browser without windows, and without any after the test: an open page would go on asking."""
    yield one_chromium
    for context in one_chromium.contexts:
        context.close()
